"""Where things lie. Work data stays outside the repository, in KAIWA_MODEL_WORK."""
import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]
WORK = Path(os.environ.get("KAIWA_MODEL_WORK", REPO / "target" / "demo-model"))
MODEL = REPO / "shared" / "asr" / "demo-model"
SETS = REPO / "tests" / "accuracy" / "sets"
SAMPLES = REPO / "events" / "samples"
SPEECH = WORK / "speech"
RATE = 16_000
