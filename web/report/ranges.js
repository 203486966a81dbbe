// What each metric means, what is usual, and who says so. A range without a source is called that.

const SOURCES = {
  vendors: { en: "guidance of sales-call vendors", ja: "営業通話分析各社の公表値" },
  quoted: { en: "often quoted, no primary source", ja: "よく引用される値（一次資料なし）" },
  miitel: { en: "MiiTel", ja: "MiiTel" },
  threshold: { en: "MiiTel's threshold", ja: "MiiTel の基準" },
};

const METRIC_TEXTS = {
  talk: {
    en: [
      "Talk share",
      "about 43 : 57 agent to customer, agent at most 65%",
      "Own voice over everyone's voice. Both talking counts for both.",
    ],
    ja: [
      "発話比率",
      "担当者 43 : お客様 57 前後、担当者は 65% まで",
      "本人の発話時間 ÷ 全員の発話時間の合計。同時に話した時間は双方に数えます。",
    ],
  },
  call: {
    en: [
      "Share of call",
      null,
      "Own voice over the length of the call, as Zoom, Demodesk and Contact Lens define it. The rest is silence.",
    ],
    ja: [
      "通話に占める発話",
      null,
      "本人の発話時間 ÷ 通話時間（Zoom、Demodesk、Contact Lens の定義）。残りは沈黙です。",
    ],
  },
  longest: {
    en: [
      "Longest run",
      "agent under 2:30, customer over 1:00",
      "Longest time on the floor. Short signs of listening by the other side do not end it.",
    ],
    ja: [
      "最長の連続発話",
      "担当者は 2:30 未満、お客様は 1:00 以上",
      "続けて話した最長の時間。相手の短いあいづちでは途切れません。",
    ],
  },
  switches: {
    en: [
      "Speaker switches",
      null,
      "How often the floor passed to somebody else, per minute of call. Signs of listening do not count.",
    ],
    ja: ["話者の交代", null, "話し手が入れ替わった回数（通話1分あたり）。あいづちは数えません。"],
  },
  patience: {
    en: [
      "Patience",
      "0.6–1.0 s",
      "Median wait of the agent after the customer stops speaking. In everyday talk the gap is about 0.2 s.",
    ],
    ja: [
      "応答までの間",
      "0.6〜1.0 秒",
      "お客様が話し終えてから担当者が話し始めるまでの時間の中央値。日常会話では約 0.2 秒です。",
    ],
  },
  questions: {
    en: [
      "Questions",
      "11–14 by the agent per call",
      "Questions asked, counted in the words; in brackets per hour of call.",
    ],
    ja: ["質問", "担当者から 1 通話 11〜14 回", "文字起こしから数えた質問の数。かっこ内は通話1時間あたり。"],
  },
  fillers: {
    en: [
      "Fillers",
      "6–9 per minute; over 10 is trouble",
      "Filled pauses such as “um”, per minute of own speech. Speech models drop some of them.",
    ],
    ja: [
      "フィラー",
      "1 分に 6〜9 回、10 回超は要注意",
      "「えーと」などの回数（本人の発話1分あたり）。音声認識が落とすこともあります。",
    ],
  },
  speed: {
    en: [
      "Talk speed",
      "the two sides within 10% of each other",
      "Words per minute of own speech; Japanese: characters per second.",
    ],
    ja: [
      "話速",
      "6〜8 回/秒（MiiTel の数え方）、双方の差 10% 以内",
      "本人の発話1秒あたりの文字数。MiiTel の数え方とは一致しません（漢字1字は複数の音になります）。英語は1分あたりの語数。",
    ],
  },
  interruptions: {
    en: ["Interruptions", null, "Times somebody took the floor while another was mid-utterance."],
    ja: ["割り込み", null, "相手の発話の途中で話し手の座を取った回数。"],
  },
  listening: {
    en: ["Signs of listening", null, "Short answers such as “mm-hm” while the other side has the floor."],
    ja: ["あいづち", null, "相手が話している間の「はい」「ええ」など。"],
  },
  overlap: {
    en: [
      "Overlap",
      "counted from 1 s on",
      "Time at least two people speak; events of 1 s or more are listed.",
    ],
    ja: ["被り", "1 秒以上を 1 回と数える", "二人以上が同時に話した時間。1秒以上のものを挙げています。"],
  },
  silence: {
    en: ["Silence", "counted from 3 s on", "Time nobody speaks; stretches of 3 s or more are listed."],
    ja: ["沈黙", "3 秒以上を 1 回と数える", "誰も話していない時間。3秒以上のものを挙げています。"],
  },
};

/** The label, usual range and definition of a metric in the chosen language. */
function metricText(name) {
  const [title, usual, definition] = METRIC_TEXTS[name][page.language];
  return { title, usual, definition };
}
