import fc from "fast-check";

/** Text that tries to begin a line of its own, or to hide one. */
export const HOSTILE: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        ...["\n", "\r\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029", "\u001b[2K", "\u001b[1A", "\u202e"],
        ...[
          "  + ",
          "  ! ",
          "  ? ",
          "  ~ ",
          "  - ",
          "Stack ",
          "Agent ",
          "  agent ",
          "  image       ",
          "      rm -rf /",
        ],
        ...[
          " ".repeat(100),
          "\u00a0".repeat(100),
          "word ".repeat(20),
          "x".repeat(90),
          "\t",
          "${var.x}",
          "'",
          '"',
          "`",
        ],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** The lines as a terminal shows them. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029\v\f]/);
}
