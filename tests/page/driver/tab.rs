//! What a reader does with a page, and what the page did.

use std::path::Path;

use serde_json::{Value, json};

use super::base64;
use super::connection::Connection;

/// One open page.
pub struct Tab {
    connection: Connection,
    session: String,
}

impl Tab {
    /// Takes over a session and begins to listen, before anything is loaded.
    pub fn new(connection: Connection, session: &str) -> Self {
        let mut tab = Self { connection, session: session.to_owned() };
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility", "DOM"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab.resize(1440, 900);
        tab.prefer("light", "reduce");
        tab
    }

    /// Sends one command to this page.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.connection.call(Some(&self.session), method, params)
    }

    /// Loads an address and waits until its scripts have run.
    pub fn load(&mut self, address: &str) {
        let seen = self.connection.events.len();
        self.call("Page.navigate", json!({ "url": address }));
        self.connection.wait_for_event("Page.loadEventFired", seen);
    }

    /// The value of an expression in the page; one that throws fails the test.
    pub fn eval(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", params);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {}",
            answer["exceptionDetails"]
        );
        answer["result"]["value"].take()
    }

    /// The value of an expression that is a text.
    pub fn text(&mut self, expression: &str) -> String {
        let value = self.eval(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression}: {value}")).to_owned()
    }

    /// How many elements a selector finds.
    pub fn count(&mut self, selector: &str) -> u64 {
        self.eval(&format!("document.querySelectorAll({selector:?}).length")).as_u64().unwrap()
    }

    /// Presses and releases the mouse on the middle of an element, wherever it is on the page.
    pub fn click(&mut self, selector: &str) {
        self.click_at(selector, 0.5);
    }

    /// The same at a share of the element's width.
    pub fn click_at(&mut self, selector: &str, share: f64) {
        let [x, y] = self.place(selector, share);
        for kind in ["mousePressed", "mouseReleased"] {
            let mouse = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", mouse);
        }
    }

    /// Moves the mouse over an element.
    pub fn hover_at(&mut self, selector: &str, share: f64) {
        let [x, y] = self.place(selector, share);
        self.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y }));
    }

    /// Where an element is once it is in sight. Turns of long calls get their height only when they are, which moves it,
    /// so it is brought there a second time.
    fn place(&mut self, selector: &str, share: f64) -> [f64; 2] {
        let box_of = format!(
            "(async () => {{ const found = document.querySelector({selector:?});
            const frame = () => new Promise(requestAnimationFrame);
            for (let time = 0; time < 2; time += 1) {{
                found.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                await frame();
                await frame();
            }}
            const box = found.getBoundingClientRect();
            return [box.left + box.width * {share}, box.top + box.height / 2]; }})()"
        );
        let place = self.eval(&box_of);
        [0, 1].map(|at| place[at].as_f64().unwrap())
    }

    /// Presses a key such as `Tab`, `Enter` or `ArrowRight`.
    pub fn press(&mut self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "PageUp" => 33,
            "End" => 35,
            "Home" => 36,
            "ArrowLeft" => 37,
            "ArrowRight" => 39,
            other => panic!("no code for {other}"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code });
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Gives the window another size.
    pub fn resize(&mut self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Lets the reader's system ask for `light` or `dark`, and for movement: `no-preference` or `reduce`.
    pub fn prefer(&mut self, scheme: &str, motion: &str) {
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ] });
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// Lets the next frame be drawn, with everything that waits for it.
    pub fn settle(&mut self) {
        self.eval("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))");
    }

    /// Waits until something is so, at most five seconds.
    pub fn wait_until(&mut self, condition: &str) {
        self.eval(&format!(
            "new Promise((done, fail) => {{
                const end = performance.now() + 5000;
                const look = () => ({condition}) ? done() : performance.now() > end ? fail('never so') : setTimeout(look, 20);
                look();
            }})"
        ));
    }

    /// Errors, warnings and exceptions the page caused, in words.
    pub fn problems(&mut self) -> Vec<String> {
        self.settle();
        let grave = |event: &&Value| match event["method"].as_str() {
            Some("Runtime.exceptionThrown" | "Log.entryAdded") => true,
            Some("Runtime.consoleAPICalled") => event["params"]["type"] != "log",
            _ => false,
        };
        self.connection
            .events
            .iter()
            .filter(grave)
            .map(|event| event["params"].to_string())
            .collect()
    }

    /// Every address the page asked for, its own file included.
    pub fn requests(&mut self) -> Vec<String> {
        self.settle();
        let asked = self
            .connection
            .events
            .iter()
            .filter(|event| event["method"] == "Network.requestWillBeSent");
        asked.map(|event| event["params"]["request"]["url"].to_string()).collect()
    }

    /// What Chromium tells assistive technology: `(role, name)` of everything that is not ignored.
    pub fn accessible(&mut self) -> Vec<(String, String)> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let nodes =
            tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] == false);
        let words =
            |node: &Value, field: &str| node[field]["value"].as_str().unwrap_or("").to_owned();
        nodes.map(|node| (words(node, "role"), words(node, "name"))).collect()
    }

    /// Writes a picture of the window, or of the whole page.
    pub fn picture(&mut self, file: &Path, whole: bool) {
        let params = json!({ "captureBeyondViewport": whole });
        let answer = self.call("Page.captureScreenshot", params);
        std::fs::write(file, base64::decode(answer["data"].as_str().unwrap())).unwrap();
    }

    /// The page on A4 paper, as a PDF.
    pub fn print(&mut self) -> Vec<u8> {
        let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true, "printBackground": true });
        let answer = self.call("Page.printToPDF", paper);
        base64::decode(answer["data"].as_str().unwrap())
    }
}
