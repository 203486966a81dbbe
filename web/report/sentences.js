// The product's own sentences inside a report, in Japanese. A number is `#`, and `{1}` where it goes.
// A sentence that is not here is shown as it is.

const SENTENCES = {
  "the recording is one track and its voices were not told apart, so nothing can be said per speaker":
    "録音が1トラックで話者を区別していないため、話者ごとの値は出せません",
  "only one speaker is in the call, so there is no exchange to measure": "話者が1人だけのため、やり取りは測れません",
  "which side is the agent and which the customer is not known": "どちらが担当者でどちらがお客様か分かりません",
  "no speaker of this call is known to be the agent": "担当者がどの話者か分かりません",
  "no speaker of this call is known to be the customer": "お客様がどの話者か分かりません",
  "the transcript has no words": "文字起こしに言葉がありません",
  "the agent never took the floor after the customer": "お客様の後に担当者が話した箇所がありません",
  "it compares exactly two speakers with words and at least # s of speech each":
    "それぞれ{1}秒以上話した2人の話者を比べる指標です",
  "the voices were not told apart; the quarters are those of the whole conversation":
    "話者を区別していないため、会話全体を4つに分けた値です",
  "which side speaks is not known, so objections are anyone's and not only the customer's":
    "どちらの発言か分からないため、お客様以外の反論も含みます",
  "# trackers beyond the limit of # were not applied.": "上限の{2}件を超えた{1}件のトラッカーは適用していません。",
  "Recording # is damaged or cut short; what could be decoded (# s) is used.":
    "録音{1}は壊れているか途中で切れています。読み取れた{2}秒分を使いました。",
  "Channels # and # of recording # carry the same signal and are handled as one track.":
    "録音{3}のチャンネル{1}と{2}は同じ音のため、1トラックとして扱いました。",
  "Channel # of recording # is silent.": "録音{2}のチャンネル{1}は無音です。",
  "From # s to # s: too quiet to hold speech.": "{1}〜{2}秒：小さすぎて発話とみなせません。",
  "From # s to # s: the model finds no speech there.": "{1}〜{2}秒：音声認識モデルは発話なしと判断しました。",
  "From # s to # s: the model repeated itself; the repetitions were cut.":
    "{1}〜{2}秒：音声認識モデルが同じ言葉を繰り返したため、繰り返しを除きました。",
  "From # s to # s: only a phrase that models invent over silence.":
    "{1}〜{2}秒：無音に対して音声認識モデルが作り出しがちな言い回しだけでした。",
  "Made with the demonstration model, which was trained on synthetic voices and does not understand real people: times, talk shares, overlap and silence are right, most words of a real call are not. Use real weights for real calls, for example openai/whisper-large-v#-turbo or kotoba-tech/kotoba-whisper-v#.#.":
    "合成音声で訓練したデモ用モデルによる文字起こしで、実際の人の声は理解できません。時刻・発話比率・被り・沈黙は正しく、実際の通話の言葉はほとんど正しくありません。実際の通話には openai/whisper-large-v3-turbo や kotoba-tech/kotoba-whisper-v2.0 などの実用モデルをお使いください。",
};

/** A sentence of the report in the page's language. */
function sentence(words) {
  const translated = page.language === "ja" && SENTENCES[words.replace(/\d+/g, "#")];
  const numbers = words.match(/\d+/g);
  return translated ? translated.replace(/\{(\d)\}/g, (_, number) => numbers[number - 1]) : words;
}
