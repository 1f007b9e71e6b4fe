import { testWrapper } from "./wrapper-tests";

// One release of each of the two kinds of wrapper; the others are in `wrapper/`.
testWrapper("v2026.5.16", "v2026.8.3");
