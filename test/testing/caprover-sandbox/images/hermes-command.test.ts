import { newestKnownRelease, parseRelease } from "../../../../lib/hermes/releases";
import { hermesStart } from "../../../../lib/testing/caprover-sandbox/images/hermes-command";

const [TINI, S6, DISPATCH] = ["v2026.5.16", "v2026.7.30", "v0.21.6"] as const;
const OLD = "/opt/hermes/docker/entrypoint.sh";
const WRAPPER = ["/init", "/opt/hermes/docker/main-wrapper.sh"] as const;
const BOTH = { runs: { gateway: true, dashboard: true } };

/** Release, `Command`, `Args`, and what the container does. */
const CASES: readonly (readonly [
  string,
  string,
  readonly string[] | undefined,
  readonly string[] | undefined,
  object,
])[] = [
  ["the image's entrypoint with the gateway's command", TINI, undefined, ["gateway", "run"], BOTH],
  ["the image's entrypoint with the gateway's command", S6, undefined, ["gateway", "run"], BOTH],
  ["the image's entrypoint with the gateway's command", DISPATCH, undefined, ["gateway", "run"], BOTH],
  ["a flag of the gateway", S6, undefined, ["gateway", "run", "-v"], BOTH],
  ["hermes before the command", S6, undefined, ["hermes", "gateway", "run"], BOTH],
  ["the whole entrypoint as Command", TINI, ["/usr/bin/tini", "-g", "--", OLD], ["gateway", "run"], BOTH],
  ["the old entrypoint as Command", TINI, [OLD, "gateway", "run"], undefined, BOTH],
  ["the whole entrypoint as Command", S6, [...WRAPPER, "gateway", "run"], undefined, BOTH],
  ["the entrypoint of s6 as Command", DISPATCH, [...WRAPPER, "gateway", "run"], undefined, BOTH],
  [
    "a script that ends with the entrypoint",
    S6,
    ["sh", "-c", `mkdir /x; exec ${WRAPPER.join(" ")} gateway run`],
    undefined,
    BOTH,
  ],
  [
    "a script that passes its arguments on",
    S6,
    ["bash", "-ec", `exec ${WRAPPER.join(" ")} "$@"`, "name"],
    ["gateway", "run"],
    BOTH,
  ],
  [
    "hermes itself as Command",
    S6,
    ["hermes", "gateway", "run"],
    undefined,
    { runs: { gateway: true, dashboard: false } },
  ],
  [
    "another program as Args",
    S6,
    undefined,
    ["sleep", "infinity"],
    { runs: { gateway: false, dashboard: true } },
  ],
  [
    "another program as Command",
    S6,
    ["sleep", "infinity"],
    undefined,
    { runs: { gateway: false, dashboard: false } },
  ],
  ["no command", S6, undefined, undefined, { exits: 1 }],
  ["no command", TINI, undefined, undefined, { exits: 1 }],
  ["the old entrypoint as Command", S6, [OLD, "gateway", "run"], undefined, { exits: 127 }],
  ["the old entrypoint as Command", DISPATCH, [OLD], ["gateway", "run"], { exits: 127 }],
  [
    "a script that ends with the old entrypoint",
    S6,
    ["sh", "-c", `exec ${OLD} gateway run`],
    undefined,
    { exits: 127 },
  ],
  ["the old entrypoint as Args", S6, undefined, [OLD, "gateway", "run"], { exits: 0 }],
  ["the gateway's command as Command", S6, ["gateway", "run"], undefined, { exits: 127 }],
  [
    "hermes as Command where it is not on PATH",
    TINI,
    ["hermes", "gateway", "run"],
    undefined,
    { exits: 127 },
  ],
  [
    "the entrypoint of s6 as Command",
    TINI,
    [...WRAPPER, "gateway", "run"],
    undefined,
    { runs: { gateway: false, dashboard: false } },
  ],
  ["another command of the CLI", S6, undefined, ["status"], { exits: 0 }],
];

test.each(CASES)("%s, in %s: Command %j with Args %j", (_what, tag, command, args, does) => {
  const release = parseRelease(tag) ?? newestKnownRelease();
  expect(hermesStart(release, command, args)).toMatchObject(does);
});
