import { everyCombination, testPairs } from "../pairs";

testPairs(everyCombination);
