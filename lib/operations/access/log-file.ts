import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { record } from "../../support/json-document";
import { type AgentAccess, Unreachable } from "./access";

/** An agent of which there is a log alone: a file, or standard input for `-`. */
export function logFileAccess(file: string): AgentAccess {
  return {
    async log() {
      if (file === "-") return text(process.stdin);
      try {
        return readFileSync(file, "utf8");
      } catch (error) {
        throw new Unreachable(`${file} can't be read (${record(error)["code"]})`);
      }
    },
  };
}
