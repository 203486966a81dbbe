//! The calls the page is tested with.

use contracts::Report;
use domain::analysis::HighlightKind::{Agreement, NextStep, Objection, Price, Question};
use domain::{Basis, Language, Role};
use publish::page::Lane;

use crate::conversation::Conversation;

/// What Publish hands to the page.
pub type Call = (Report, Vec<Lane>);

const SIDES: [Role; 2] = [Role::Agent, Role::Customer];

/// A sales call in English.
pub fn english() -> Call {
    let call = Conversation::between(Some(Language::En), &SIDES)
        .says(0, 0, "Good morning, this is Claire from Northfield. Is this still a good moment to talk about your phone lines?")
        .says(1, 420, "Yes, morning. I have about fifteen minutes before my next meeting.")
        .says(0, 500, "Perfect. When we spoke last week you told me that calls get lost on Monday mornings. How many people answer the phone today?")
        .says(1, 900, "Well, um, at the moment it's ~seven people, sometimes eight. And honestly it is a mess. Customers call twice, nobody writes anything down, and I only hear about it when somebody complains. Last month we lost an order worth #forty thousand because two of us each thought the other one had called back.")
        .says(0, -1_300, "Right, and that is")
        .says(1, -350, "so yes, it has to change before the summer.")
        .says(0, 640, "I understand. Let me show you what other teams of your size do. Every call is written down, the follow-ups are listed at the end, and a manager can listen to the one minute that matters instead of the whole half hour. You would see that order in the list the same afternoon.")
        .says(1, 780, "That sounds good. But what does it cost? We looked at CallWave and they wanted a three year contract.")
        .says(0, 560, "It is #48 euros per seat and month, billed monthly. There is no minimum term, and the pilot is free of charge.")
        .says(1, 4_600, "Hmm. I am not sure we can justify that for everybody. Our budget for this year is almost gone, and my director will ask why the ~old ~licences were not enough.")
        .says(0, 610, "That is a fair point. Would it help to begin with the four people who take most of the calls, and to compare after one month?")
        .says(1, 700, "Yes. Four people would be fine. Does it work with our CRM? We are on Salesforce, and nobody will type things in twice.")
        .says(0, 450, "It does. The notes arrive on the contact within a minute or two of hanging up, and you choose which fields are written.")
        .says(1, 380, "Great, that is exactly what I was hoping for.")
        .says(0, 820, "Then let me do this: I will send you the pilot agreement today, and we set everything up together next Tuesday at ten. Who else should be there?")
        .says(1, 1_150, "Maria from operations. I will forward your invitation to her. And please put the price for four seats into the mail, so that I can show it to my director.")
        .says(0, 390, "I will. Anything else that worries you?")
        .says(1, 3_400, "Data protection, maybe. Where are the recordings kept? Our lawyers are ~strict about that.")
        .says(0, 520, "They stay in your own AWS account in Frankfurt. We never hold a copy.")
        .says(1, 430, "Good. Then we have a deal for the pilot. Talk to you on Tuesday.");
    let call = call
        .moment(Question, 2, None)
        .moment(Objection, 3, None)
        .moment(Question, 7, None)
        .moment(Price, 8, None)
        .moment(Objection, 9, None)
        .moment(Agreement, 11, None)
        .moment(NextStep, 14, Some("next Tuesday at ten"))
        .moment(NextStep, 15, None)
        .moment(Price, 15, None)
        .moment(Question, 17, None)
        .moment(Agreement, 19, None)
        .summed_up_by(3)
        .summed_up_by(8)
        .summed_up_by(14)
        .tracked("Competitors", &["CallWave"])
        .tracked("Budget", &["budget", "price"])
        .tracked("CRM", &["CRM", "Salesforce"])
        .tracked("Legal notice", &["this call is recorded"])
        .tracked("Discount", &["discount"])
        .felt(3, -2.5, &["mess", "complains", "lost"])
        .felt(7, 1.5, &["good"])
        .felt(9, -1.5, &["not sure"])
        .felt(13, 3.0, &["Great", "exactly"])
        .felt(19, 2.0, &["Good", "deal"])
        .felt(6, 1.0, &["understand"])
        .felt(0, 1.0, &["Good"])
        .without("metrics.pitch", "Pitch is not measured in this version.")
        .without("redaction", "No redaction was asked for.");
    cautioned(call).ends_after(1_900)
}

/// A sales call in Japanese.
pub fn japanese() -> Call {
    let call = Conversation::between(Some(Language::Ja), &SIDES)
        .says(0, 0, "お電話 ありがとう ございます 。 北野 商事 の 佐藤 で ございます 。 先日 は 資料 を ご覧 いただき 、 ありがとう ございました 。")
        .says(1, 480, "はい 、 山田 です 。 拝見 しました 。 あの 、 今日 は 十五 分 ほど でしたら 大丈夫 です 。")
        .says(0, 520, "ありがとう ございます 。 では さっそく です が 、 いま お電話 の 応対 は 何名 で されて いらっしゃいますか")
        .says(1, 980, "えーと 、 いま は ~七人 です ね 。 正直 、 かなり 混乱 して います 。 折り返し の 連絡 が 漏れる こと が 多くて 、 先月 は それ で #四百万円 の 注文 を 逃して しまいました 。 お客様 から 苦情 が 来て 、 はじめて わかる と いう 状態 です 。")
        .says(0, -1_250, "そう でした か")
        .says(1, -300, "ええ 、 夏 まで に は なんとか したい と 思って います 。")
        .says(0, 640, "お困り です ね 。 同じ くらい の 規模 の 会社 様 では 、 通話 を すべて 文字 に して 、 次 に やる こと を 一覧 に されて います 。 責任者 の 方 は 、 三十分 の 通話 の うち 大事 な 一分 だけ を お聞き に なれます 。")
        .says(1, 760, "なるほど 、 それ は 助かります 。 ただ 、 費用 は どの くらい です か 。 コールウェーブ さん は 三年 契約 と 言われ まして 。")
        .says(0, 560, "お一人 様 あたり 月額 #4,800円 です 。 最低 利用 期間 は ございません 。 お試し は 無料 です 。")
        .says(1, 4_700, "うーん 、 全員 分 は 少し 難しい です ね 。 今期 の 予算 が もう ほとんど 残って いなくて 、 上 に ~説明 が つきません 。")
        .says(0, 610, "ごもっとも です 。 まず は お電話 の 多い 四名 様 だけ で 始めて 、 一か月 後 に 比べて みる の は いかが でしょうか")
        .says(1, 700, "四名 なら 大丈夫 です 。 うち は セールスフォース を 使って いる の です が 、 連携 できますか")
        .says(0, 450, "はい 、 できます 。 通話 が 終わって 一 、 二分 で 、 お客様 の 記録 に 自動 で 入ります 。")
        .says(1, 380, "それ は いい です ね 。 まさに それ が 欲しかった ん です 。")
        .says(0, 820, "では 、 本日 中 に お試し の 申込書 を お送り します 。 来週 の 火曜日 、 十時 に 設定 を ご一緒 させて ください 。")
        .says(1, 1_150, "わかりました 。 業務部 の 鈴木 に も 声 を かけて おきます 。 四名 分 の 見積 も お願い します 。")
        .says(0, 3_300, "承知 しました 。 ほか に ご心配 な 点 は ございますか")
        .says(1, 430, "録音 の 保管 場所 だけ 、 法務 が ~厳しい ので 。")
        .says(0, 520, "御社 の AWS アカウント の 中 です 。 弊社 では 一切 お預かり しません 。")
        .says(1, 430, "安心 しました 。 では 、 お試し を お願い します 。");
    call.moment(Question, 2, None)
        .moment(Objection, 3, None)
        .moment(Question, 7, None)
        .moment(Price, 8, None)
        .moment(Objection, 9, None)
        .moment(Agreement, 11, None)
        .moment(NextStep, 14, Some("来週の火曜日、十時"))
        .moment(NextStep, 15, None)
        .moment(Question, 16, None)
        .moment(Agreement, 19, None)
        .summed_up_by(3)
        .summed_up_by(8)
        .summed_up_by(14)
        .tracked("競合", &["コールウェーブ"])
        .tracked("予算・費用", &["予算", "費用", "見積"])
        .tracked("CRM", &["セールスフォース"])
        .tracked("録音の告知", &["この通話は録音"])
        .tracked("値引き", &["値引き"])
        .felt(3, -2.5, &["混乱", "苦情"])
        .felt(7, 1.5, &["助かります"])
        .felt(9, -1.5, &["難しい"])
        .felt(13, 3.0, &["いい"])
        .felt(19, 2.0, &["安心"])
        .felt(0, 1.0, &["ありがとう"])
        .without("metrics.patience", "Too few answers of the agent to take a median of.")
        .ends_after(1_900)
        .without_patience()
}

/// A call in which nobody speaks.
pub fn empty() -> Call {
    let (mut report, lanes) = Conversation::between(None, &[])
        .without("transcript", "No voice was found in the recording.")
        .ends_after(30_000);
    report.metrics.silence_ms = 30_000;
    (report, lanes)
}

/// One track in which voices are not told apart.
pub fn mono() -> Call {
    let call = Conversation::between(Some(Language::En), &[Role::Unknown])
        .says(0, 0, "Hello, am I speaking with the purchasing department?")
        .says(0, 900, "You are. How can I help?");
    let parts = ["speakers", "overlap", "interruptions", "switches", "patience", "paceGap"];
    let skip = |call: Conversation, part| {
        call.without(&format!("metrics.{part}"), "the voices were not told apart")
    };
    let (mut report, lanes) = parts.into_iter().fold(call, skip).ends_after(1_000);
    report.metrics.speakers.clear();
    report.basis = Basis::Mono;
    (report, lanes)
}

/// Two voices, and no word that was recognised.
pub fn wordless() -> Call {
    let call = Conversation::between(None, &SIDES)
        .says(0, 0, "one two three four five six")
        .says(1, 700, "one two three")
        .without("metrics.speakers.questions", "the transcript has no words")
        .without("metrics.speakers.fillers", "the transcript has no words")
        .without("metrics.speakers.wordsPerMin", "the transcript has no words");
    let (mut report, lanes) = call.ends_after(800);
    report.turns.clear();
    (report, lanes)
}

/// Speech that tries to become markup, to turn the line around, and to leave its quotes.
pub fn hostile() -> Call {
    Conversation::between(Some(Language::En), &SIDES)
        .says(0, 0, "</script><img src=x onerror=window.hacked=1> <!-- <script>window.hacked=2</script> \"'`${window.hacked=3}")
        .says(1, 700, "\u{202e}txet sdrawkcab\u{202c} مرحبا بالعالم 👩‍👩‍👧 \u{2028}\u{2029} {{data}} &lt;b&gt; javascript:alert(1)")
        .says(0, 700, &"unbreakable".repeat(60))
        .moment(Question, 0, None)
        .moment(NextStep, 1, Some("<b>now</b>"))
        .summed_up_by(0)
        .tracked("<img src=x onerror=window.hacked=4>", &["&lt;b&gt;"])
        .without("<svg onload=window.hacked=5>", "</dd><script>window.hacked=6</script>")
        .ends_after(1_000)
}

/// An hour with 12,000 words.
pub fn long() -> Call {
    let sentence = "this is a turn of twenty words that nobody would say in one breath but that fills the hour";
    let begun = Conversation::between(Some(Language::En), &SIDES);
    let said =
        (0..632).fold(begun, |call, at| call.says(at % 2, 300 + (at as i64 % 40) * 90, sentence));
    let asked = (0..60).fold(said, |call, at| call.moment(Question, at * 10, None));
    asked.tracked("Hour", &["hour"]).ends_after(2_000)
}

fn cautioned(mut call: Conversation) -> Conversation {
    call.report.model.id = "kaiwa-demo-1".into();
    call.report.model.caution = Some("This transcript was made by the small demonstration model, which understands synthetic voices only. Use real weights for real calls.".into());
    call
}

trait WithoutPatience {
    fn without_patience(self) -> Self;
}

impl WithoutPatience for Call {
    fn without_patience(mut self) -> Self {
        self.0.metrics.patience_ms = None;
        self
    }
}
