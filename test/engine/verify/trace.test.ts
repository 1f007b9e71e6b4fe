/** What `verify` does to an agent's data: by the system calls of its probe, and by the files themselves. */
import { DASHBOARD_PORT } from "../agent";
import { Engine } from "../engine";
import { standIn } from "../images";
import { must } from "../run";
import { Subject } from "./subject";

const engine = new Engine();

const SLOT = "/run/service/gateway-default";
const IMAGE = "verify-strace:made";
const PYTHON = "/opt/hermes/.venv/bin/python";

/** Each system call that can change a file, or its name, owner, mode or time. */
const CHANGING =
  "open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,truncate,ftruncate,utime,utimes,utimensat,futimesat,setxattr,lsetxattr,fsetxattr,removexattr";

let subject: Subject;

beforeAll(async () => {
  const dockerfile = `FROM ${standIn("v2026.7.20")}
RUN apt-get update && apt-get install --yes --no-install-recommends strace && rm -rf /var/lib/apt/lists/*
`;
  const env = { ...engine.environment, DOCKER_BUILDKIT: "0" };
  await must("docker", ["build", "--tag", IMAGE, "-"], { env, input: dockerfile });
  subject = await Subject.start(engine, { name: "traced", image: IMAGE });
  await subject.ready();
  await subject.write("/opt/data/config.yaml", "model:\n  provider: openai-codex\n  default: gpt-5.5\n");
  await subject.write(
    "/opt/data/auth.json",
    '{"providers": {"openai-codex": {"tokens": {"refresh_token": "r"}}}}',
  );
  await subject.write("/opt/data/.env", "API_SERVER_KEY=another-key-of-the-volume\n");
  // The gateway and the dashboard run by now, without it.
  await subject.root(
    `rm ${PYTHON}; cat > ${PYTHON}; chmod 755 ${PYTHON}`,
    `#!/bin/sh\nexec strace -ff -qq -y -s 300 -o /tmp/trace -e trace=${CHANGING} -- ${PYTHON}3 "$@"\n`,
  );
});
afterAll(() => engine.reset());

/** The calls on the agent's data and settings. */
async function traced(): Promise<readonly string[]> {
  const calls = (await subject.root("cat /tmp/trace.*; rm /tmp/trace.*")).split("\n");
  return calls.filter((call) => /"\/(?:opt\/data|etc\/hermes)|<\/(?:opt\/data|etc\/hermes)/.test(call));
}

const isReading = (call: string) =>
  /\bopen(?:at|at2)?\(/.test(call) && /\bO_RDONLY\b/.test(call) && !/O_CREAT|O_TRUNC/.test(call);

/** SQLite's own, which it needs to read a database that others write. */
const isOfSqlite = (call: string) =>
  /"\/opt\/data\/[^"]*-(?:wal|shm)"|<\/opt\/data\/[^>]*-(?:wal|shm)>/.test(call);

test("the probe opens no file of the data for writing but SQLite's sidecars, and changes no name, owner or mode", async () => {
  const { conditions } = await subject.verify();
  expect(conditions.find(({ condition }) => condition === "databases")).toMatchObject({ result: "holds" });
  const calls = await traced();
  expect(calls.filter(isReading).length).toBeGreaterThan(20);
  for (const file of ["auth.json", ".env", "config.yaml", "state.db", "logs/agent.log"])
    expect(calls.some((call) => call.includes(`"/opt/data/${file}"`))).toBe(true);
  expect(calls.filter((call) => !isReading(call) && !isOfSqlite(call))).toEqual([]);
});

test.each([
  ["writes a file", "open('/opt/data/x', 'w')"],
  ["appends to a file", "open('/opt/data/.env', 'a')"],
  ["writes a database", "__import__('sqlite3').connect('/opt/data/new.db').execute('create table t (x)')"],
  ["renames a file", "__import__('os').rename('/opt/data/x', '/opt/data/y')"],
  ["removes a file", "__import__('os').unlink('/opt/data/y')"],
  ["gives a file away", "__import__('os').chown('/opt/data/new.db', 0, 0)"],
  ["opens a file to others", "__import__('os').chmod('/opt/data/new.db', 0o666)"],
])("a program that %s is caught by that trace", async (_, program) => {
  await subject.root(`${PYTHON} -c "${program}"`);
  const calls = await traced();
  expect(calls.filter((call) => !isReading(call) && !isOfSqlite(call))).not.toEqual([]);
});

test("every file of an agent at rest is the same after verify: content, owner, mode, time and inode", async () => {
  await subject.root(`rm -f /opt/data/new.db; hermes gateway stop; s6-svwait -D ${SLOT}`);
  // The dashboard removes the lock of a gateway that has ended, when somebody looks at its page.
  await subject.agent.fetch(DASHBOARD_PORT, "/api/status");
  const files = () =>
    subject.root(`cd /opt/data; find . -xdev ! -name '*-wal' ! -name '*-shm' -printf '%p %y %U:%G %m %i %T@\\n' | sort
find . -xdev -type f ! -name '*-wal' ! -name '*-shm' -exec sha256sum {} + | sort`);
  const before = await files();
  await subject.verify();
  expect(withoutFolders(await files())).toEqual(withoutFolders(before));
  expect(before.split("\n").length).toBeGreaterThan(40);
});

/** A folder's time changes with SQLite's sidecars in it. */
function withoutFolders(listed: string): readonly string[] {
  return listed.split("\n").map((line) => (/ d \d+:/.test(line) ? line.replace(/ [\d.]+$/, "") : line));
}
