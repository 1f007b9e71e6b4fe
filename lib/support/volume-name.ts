import { text } from "./validation";

/** The name of a volume, as Docker takes it. */
export function volumeName() {
  return text(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, "a volume name: two or more letters, digits, `.`, `_`, `-`");
}
