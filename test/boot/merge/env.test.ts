/** Lines of `.env` are read as python-dotenv reads them, and everything that is not declared stays byte for byte. */
import fc from "fast-check";
import { declared, Machine } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());

const piece = fc.constantFrom(
  ..."TOKEN OTHER export = == ' \" \\ # a $ { } é".split(" "),
  ..." |\t|\n|\r\n|\r|\u0000|\u00a0|\\'|\\\"|TOKEN=|TOKEN='a'|OTHER=\"b\n\"|export TOKEN=c|# TOKEN=d|\n".split(
    "|",
  ),
);
const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));

test("a declared variable holds whatever the .env contained, and the others are as before", async () => {
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      const bytes = Buffer.from(given).toString("latin1");
      const [before, declaredOnce, gone] = await machine.run([
        { do: "write", path: ".env", text: bytes, look: true },
        { do: "boot", declaration: declared({ env: { TOKEN: { value: "new" } } }) },
        { do: "boot", declaration: declared() },
      ]);
      const { TOKEN: _, ...others } = before?.data[".env"]?.variables ?? {};
      expect(declaredOnce?.data[".env"]?.variables).toEqual({ ...others, TOKEN: "new" });
      expect(gone?.data[".env"]?.variables).toEqual(others);
    }),
    { numRuns: 300 },
  );
});
