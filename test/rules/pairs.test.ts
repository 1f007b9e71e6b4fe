import { eachValueOnce, testPairs } from "./pairs";

// `npm run test:full -- matrix/pairs` looks at every combination.
testPairs(eachValueOnce);
