/** Lines of `.env` are read as python-dotenv reads them, and everything that is not declared stays byte for byte. */
import fc from "fast-check";
import { boot, declared, Machine, reported, type Step, textOf, volumeOf, write } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());

const piece = fc.constantFrom(
  ..."TOKEN OTHER export = == ' \" \\ # a $ { } é".split(" "),
  ..." |\t|\n|\r\n|\r|\u0000|\u00a0|\\'|\\\"|TOKEN=|TOKEN='a'|OTHER=\"b\n\"|export TOKEN=c|# TOKEN=d|\n".split(
    "|",
  ),
);
const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));

const values = fc.constantFrom("new", "it's a new one");

test("a declared variable holds whatever the .env contained, and the others are as before", async () => {
  await fc.assert(
    fc.asyncProperty(text, values, async (given, value) => {
      const bytes = Buffer.from(given).toString("latin1");
      const boot: Step = { do: "boot", declaration: declared({ env: { TOKEN: { value } } }) };
      const [before, once, twice, gone] = await machine.run([
        { do: "write", path: ".env", text: bytes, look: true },
        boot,
        boot,
        { do: "boot", declaration: declared() },
      ]);
      const { TOKEN: _, ...others } = before?.data[".env"]?.variables ?? {};
      expect(once?.data[".env"]?.variables).toEqual({ ...others, TOKEN: value });
      expect(twice?.data[".env"]).toEqual(once?.data[".env"]);
      expect(gone?.data[".env"]?.variables).toEqual(others);
    }),
    { numRuns: 300 },
  );
});

test("a quote that nobody closed swallows no declared variable, and the line with it stays", async () => {
  const part = { env: { TOKEN: { value: "it's mine" }, PORT: { value: "1" } } };
  for (const line of ["PASSWORD='tis", 'PASSWORD="open', "'"]) {
    const tree = await volumeOf(machine, [write(".env", `A=1\n${line}\n`), boot(part), boot(part)]);
    expect(tree[".env"]?.variables).toEqual({ A: "1", TOKEN: "it's mine", PORT: "1" });
    expect(textOf(tree, ".env")).toContain(`A=1\n${line}\n`);
  }
});

test("a .env in UTF-16, which Hermes reads, is left as it is and reported", async () => {
  const text = Buffer.from("\ufeffA=1\n", "utf16le").toString("latin1");
  const tree = await volumeOf(machine, [write(".env", text), boot({ env: { TOKEN: { value: "t" } } })]);
  expect(textOf(tree, ".env")).toBe(text);
  expect(reported(tree)).toMatchObject([{ what: "refused", name: ".env", reason: "it is UTF-16" }]);
});
