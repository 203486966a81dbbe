#![allow(missing_docs, clippy::all)]
use domain::*;
fn call(lang: Language, lines: &[(usize, &str)]) -> Transcript {
    let mut turns = vec![];
    let mut act = vec![vec![], vec![]];
    let mut t = 500u64;
    for (v, text) in lines {
        let toks: Vec<String> = if lang == Language::En {
            text.split(' ').map(String::from).collect()
        } else {
            text.chars().filter(|c| *c != ' ').map(String::from).collect()
        };
        let start = t;
        let mut words = vec![];
        for w in toks {
            words.push(Word { text: w, start_ms: t, end_ms: t + 140, confidence: 0.9 });
            t += 150;
        }
        act[*v].push(Span::new(start, t));
        turns.push(Turn {
            speaker: SpeakerId::nth(*v),
            start_ms: start,
            end_ms: t,
            text: text.to_string(),
            words,
        });
        t += 300;
    }
    Transcript {
        language: Some(lang),
        duration_ms: t,
        basis: Basis::Channel,
        speakers: vec![
            Speaker { id: SpeakerId::nth(0), role: Role::Agent },
            Speaker { id: SpeakerId::nth(1), role: Role::Customer },
        ],
        turns,
        activity: act
            .into_iter()
            .enumerate()
            .map(|(i, spans)| Activity { speaker: SpeakerId::nth(i), spans })
            .collect(),
        doubts: vec![],
    }
}
fn show(c: &Transcript) {
    let (m, s) = insight::metrics(c);
    for sp in &m.speakers {
        println!("{:?}", sp);
    }
    println!(
        "switch {} int {} pat {:?} pace {:?} {:?}",
        m.switches,
        m.interruptions.len(),
        m.patience_ms,
        m.pace_gap,
        s
    );
    let (h, _) = insight::highlights(c);
    for x in &h.moments {
        println!("{:?} t{} [{}] cue={} due={:?}", x.kind, x.turn, x.quote, x.cue, x.due);
    }
    for x in &h.summary {
        println!("SUM t{} {}", x.turn, x.quote);
    }
    for x in insight::sentiment(c).0.turns {
        println!("SENT t{} {} {:?}", x.turn, x.score, x.evidence);
    }
}
#[test]
fn speed() {
    show(&call(
        Language::En,
        &[
            (0, "hello this is mark from northwind software am i speaking with susan"),
            (1, "yes this is susan hi mark"),
            (
                0,
                "thanks for taking the time today i wanted to ask you how your team handles support calls at the moment",
            ),
            (
                1,
                "well right now we use a spreadsheet and it is honestly a bit painful we lose track of who called whom",
            ),
            (0, "i see and how many people are on the team"),
            (1, "about twelve but we are hiring so maybe fifteen by march"),
            (
                0,
                "okay so our tool records every call and writes down what was said you can search for any word",
            ),
            (1, "mm-hm"),
            (0, "and it shows how much each side talked does that sound useful"),
            (1, "it does but my manager will ask about security where do you keep the recordings"),
            (0, "they stay in your own account nothing leaves it so your data is never shared"),
            (1, "good and what does it cost"),
            (0, "forty dollars per person per month if you pay for the year"),
            (1, "hmm that is more than we expected i am not sure we have the budget this quarter"),
            (0, "i understand could we start with five people and see how it goes"),
            (1, "that could work let me talk to my manager and get back to you next thursday"),
            (0, "perfect i will send you a short summary and the price list this afternoon"),
            (1, "sounds good thank you mark"),
            (0, "thank you susan have a good day bye"),
        ],
    ));
    println!("-----");
    show(&call(
        Language::Ja,
        &[
            (0, "お世話になっております 会話ソフトの田中です いまお時間よろしいでしょうか"),
            (1, "はい だいじょうぶです"),
            (0, "ありがとうございます さっそくですが いまお電話のきろくはどのようにされていますか"),
            (1, "えーと いまは手で書いていまして けっこうたいへんなんです"),
            (0, "なるほど"),
            (1, "あとでさがすのに時間がかかって こまっています"),
            (0, "そうですか 私どものせいひんは お電話をすべて文字にして あとからけんさくできます"),
            (1, "はい"),
            (
                0,
                "きかいの音声にんしきですから まちがいもありますが じかんはだいぶたんしゅくできます",
            ),
            (1, "それはべんりですね りょうきんはいくらですか"),
            (0, "お一人さま月三千円です 年間でごけいやくいただくと 一割びきになります"),
            (1, "うーん すこし高いですね よさんがきまっているので しゃないでけんとうします"),
            (0, "しょうちしました それではお見積もりと資料をきょうじゅうにお送りします"),
            (1, "おねがいします 来週の水曜日までにへんじします"),
            (0, "ありがとうございます では来週またご連絡いたします"),
            (1, "はい よろしくおねがいします しつれいします"),
        ],
    ));
}
