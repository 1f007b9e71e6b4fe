/** What the merge does with single lines of `.env`. */
import { boot, Machine, type Part, reported, type Step, textOf, volumeOf, write } from "./machine";

const machine = new Machine();
afterAll(() => machine.stop());
const volumeAfter = (...steps: Step[]) => volumeOf(machine, steps);

describe("lines of .env", () => {
  const token: Part = { env: { TOKEN: { value: "new" }, OFF: null } };

  test.each([
    ["nothing", "", "TOKEN=new\n"],
    ["other lines", "# a\n\nOTHER='x'  # y", "# a\n\nOTHER='x'  # y\nTOKEN=new\n"],
    ["the value itself", "export TOKEN='new' # mine\nA=1\n", "export TOKEN='new' # mine\nA=1\n"],
    ["another value", "A=1\nTOKEN=old\nB=2\n", "A=1\nMASK\nTOKEN=new\nB=2\n"],
    ["an export", "  export TOKEN = old\r\nB=2\r\n", "MASK\nTOKEN=new\nB=2\r\n"],
    ["a quoted value of several lines", 'TOKEN="a\nOTHER=1\n"\nB=2\n', "MASK\nTOKEN=new\nB=2\n"],
    ["its name inside another value", "A='\nTOKEN=old\n'\n", "A='\nTOKEN=old\n'\nTOKEN=new\n"],
    ["several lines", "TOKEN=one\nA=1\nTOKEN=two\n", "MASK\nA=1\nTOKEN=new\n"],
    ["several lines, the last with the value", "TOKEN=one\nTOKEN=new\n", "MASK\nTOKEN=new\n"],
    ["quotes that do not end", 'TOKEN="old\nA=1\n', "MASK\nTOKEN=new\nA=1\n"],
    ["a comment with its name", "#TOKEN=old\n", "#TOKEN=old\nTOKEN=new\n"],
    ["a longer name", "MY_TOKEN=old\nTOKEN_2=x\n", "MY_TOKEN=old\nTOKEN_2=x\nTOKEN=new\n"],
    ["a line that is switched off", "OFF=\nTOKEN=new\n", "MASK-OFF\nTOKEN=new\n"],
    ["bytes that are no text", "A=\u00ff\u0000\n", "A=\u00ff\u0000\nTOKEN=new\n"],
    ["a mark at the beginning", "\u00ef\u00bb\u00bfTOKEN=old\n", "\u00ef\u00bb\u00bfMASK\nTOKEN=new\n"],
  ])("with %s, the declared value stands there once and everything else stays", async (_, text, expected) => {
    const tree = await volumeAfter(write(".env", text), boot(token), boot(token));
    const mask = (name: string) => `# ${name}=*** (cdktf-hermes replaced the line that was here)`;
    expect(textOf(tree, ".env")).toBe(
      expected.replace("MASK-OFF", mask("OFF")).replace("MASK", mask("TOKEN")),
    );
    expect(tree[".env"]?.mode).toBe(0o600);
  });

  test("a rotated key arrives, without a trace of the earlier one", async () => {
    const tree = await volumeAfter(
      boot({ env: { TOKEN: { value: "first-key" } } }),
      boot({ env: { TOKEN: { value: "second-key" } } }),
    );
    expect(textOf(tree, ".env")).toBe("TOKEN=second-key\n");
    expect(JSON.stringify(tree)).not.toContain("first-key");
  });

  test("a line that is no longer declared goes, unless somebody changed it", async () => {
    const gone = await volumeAfter(write(".env", "A=1\n"), boot(token), boot());
    expect(textOf(gone, ".env")).toBe("A=1\n");
    const changed = await volumeAfter(boot(token), write(".env", "TOKEN=mine\n"), boot(), boot());
    expect(textOf(changed, ".env")).toBe("TOKEN=mine\n");
    expect(reported(changed)).toMatchObject([{ what: "left", kind: "variable", name: "TOKEN" }]);
  });

  test("the value of an earlier line is neither in the log nor in the report", async () => {
    const [, result] = await machine.run([write(".env", "TOKEN=s3cret\nOFF=t0psecret\n"), boot(token)]);
    expect(JSON.stringify(result)).not.toMatch(/s3cret|t0psecret/);
  });

  const awkward = ["", " x ", "a#b", "a #b", "it's", '"q"', "a\\nb", "\\", "$HOME", "ü😀", "a=b", "'"];

  test.each(awkward)("python-dotenv reads the value that was declared: %j", async (value) => {
    const declaredOnce = boot({ env: { TOKEN: { value } } });
    const tree = await volumeAfter(declaredOnce, declaredOnce);
    expect(tree[".env"]?.variables).toEqual({ TOKEN: value });
    expect(textOf(tree, ".env")?.split("\n")).toHaveLength(2);
  });

  test.each([
    "a\nb",
    "a\rb",
    "\u0000",
    "${HOME}",
  ])("a value that no line can have is refused, and nothing is written: %j", async (value) => {
    const [result] = await machine.run([boot({ env: { TOKEN: { value } } })]);
    expect(result?.data).not.toHaveProperty([".env"]);
    expect(result?.log).toContain("refused variable TOKEN");
  });
});
