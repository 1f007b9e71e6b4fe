/** What a health check reads from a log: the texts of the lines that decide. */
import { BAD_LINES, type BadLine } from "./bad-lines";
import { GOOD_LINES, type GoodLine } from "./good-lines";
import { linesOf, textsOf } from "./log-line";
import type { Release } from "./releases";
import type { OwnServiceName } from "./services";

/** The text by which a start of a container is counted. */
export function startText(release: Release): string | undefined {
  const rows = linesOf<GoodLine>(GOOD_LINES, release).filter(([, row]) => row.oncePerStart);
  return rows.flatMap(([, row]) => textsOf(row))[0];
}

/** Texts of the lines that say, when they come again, that the agent or this service of it does not come up. */
export function fatalTexts(release: Release, service: OwnServiceName | undefined): readonly string[] {
  return linesOf<BadLine>(BAD_LINES, release)
    .filter(([, { ends }]) => ends === "agent" || (ends !== undefined && ends === service))
    .flatMap(([, row]) => textsOf(row));
}
