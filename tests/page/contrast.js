// Evaluates to the visible texts whose contrast is under 4.5 to 1, with their contrast.
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  // Any CSS colour as [red, green, blue, alpha], each 0 to 1.
  function channels(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255);
  }

  function over(top, below) {
    const alpha = top[3];
    return [0, 1, 2].map((at) => top[at] * alpha + below[at] * (1 - alpha)).concat(1);
  }

  function background(node) {
    if (!node) return [1, 1, 1, 1];
    const own = channels(getComputedStyle(node).backgroundColor);
    return own[3] === 1 ? own : over(own, background(node.parentElement));
  }

  function luminance(colour) {
    const [r, g, b] = colour.map((value) =>
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(node) {
    const behind = background(node);
    const text = over(channels(getComputedStyle(node).color), behind);
    const [low, high] = [luminance(text), luminance(behind)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const nodes = new Set();
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && parent.checkVisibility() && !parent.closest("script, noscript"))
      nodes.add(parent);
  }
  const faint = [...nodes].filter((node) => contrast(node) < 4.5);
  return faint.map(
    (node) =>
      `${node.className || node.tagName}: ${node.textContent.slice(0, 30)} ${contrast(node).toFixed(2)}`,
  );
})();
