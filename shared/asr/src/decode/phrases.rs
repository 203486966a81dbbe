//! Phrases that models of this family invent over silence: their training text was subtitles.
//!
//! A phrase is only dropped where the audio gives reason to doubt it, because people do say "thank you".

use crate::Language;

/// Known inventions by language, in the form [`normalised`] gives. Collected from public reports on the
/// reference implementation and its successors.
const PHRASES: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "thank you",
            "thank you very much",
            "thank you for watching",
            "thanks for watching",
            "please subscribe",
            "please subscribe to my channel",
            "subtitles by the amaraorg community",
            "bye",
            "you",
        ],
    ),
    (
        "ja",
        &[
            "ご視聴ありがとうございました",
            "ご視聴いただきありがとうございます",
            "最後までご視聴いただきありがとうございます",
            "チャンネル登録をお願いします",
            "チャンネル登録よろしくお願いします",
            "おやすみなさい",
            "字幕視聴ありがとうございました",
        ],
    ),
    (
        "zh",
        &[
            "请不吝点赞订阅转发打赏支持明镜与点点栏目",
            "字幕由amaraorg社区提供",
            "谢谢观看",
            "謝謝觀看",
        ],
    ),
    (
        "de",
        &[
            "untertitel der amaraorgcommunity",
            "untertitel im auftrag des zdf für funk 2017",
            "vielen dank fürs zuschauen",
        ],
    ),
    (
        "fr",
        &["soustitres réalisés par la communauté damaraorg", "merci davoir regardé cette vidéo"],
    ),
    ("es", &["subtítulos realizados por la comunidad de amaraorg", "gracias por ver el video"]),
    ("it", &["sottotitoli creati dalla comunità amaraorg", "grazie per aver guardato il video"]),
    ("pt", &["legendas pela comunidade amaraorg", "obrigado por assistir"]),
    ("ru", &["продолжение следует", "субтитры сделал dimatorzok", "спасибо за просмотр"]),
    ("ko", &["시청해주셔서 감사합니다", "구독과 좋아요 부탁드립니다"]),
];

/// Whether the whole text is a known invention of this language.
pub(crate) fn is_known_invention(language: &Language, text: &str) -> bool {
    let text = normalised(text);
    let of_language = PHRASES.iter().filter(|(code, _)| *code == language.code());
    of_language.flat_map(|(_, phrases)| *phrases).any(|phrase| *phrase == text)
}

/// Lower case, letters and digits only, single spaces.
fn normalised(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(code: &str, text: &str) -> bool {
        code.parse().is_ok_and(|language| is_known_invention(&language, text))
    }

    #[test]
    fn punctuation_and_case_do_not_hide_an_invention() {
        assert!(known("en", " Thanks for watching!"));
        assert!(known("ja", "ご視聴ありがとうございました。"));
        assert!(known("de", "Untertitel der Amara.org-Community"));
    }

    #[test]
    fn a_phrase_inside_other_words_is_speech() {
        assert!(!known("en", "Thank you for watching the line for me."));
        assert!(!known("ja", "本日はご視聴ありがとうございました、次は"));
    }

    #[test]
    fn every_phrase_is_written_in_normal_form() {
        for (code, phrases) in PHRASES {
            for phrase in *phrases {
                assert_eq!(normalised(phrase), *phrase, "{code}");
            }
        }
    }
}
