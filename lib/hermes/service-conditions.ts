/** What is true of an agent that answers: its services, its chat platforms, its model. */
import { API_SERVER_SETTINGS } from "./api-server";
import { BAD_LINES } from "./bad-lines";
import { DEPLOY_AGAIN, type Failure, type Finding, look, ofEachProfile, row } from "./condition";
import { loginOf } from "./dashboard-logins";
import { MODEL_FAILURES, type ModelFailureId, modelFailureIn } from "./model-failures";
import { hermesName, PLATFORM_ROWS } from "./platforms";
import { READ_LOGS, type Remedy, withoutVariables } from "./remedy";

const STRANGER: Failure = {
  cause: "something else answers at its address",
  fix: { program: "check that the address is this agent's alone, and deploy again" },
};

export const SERVICE_CONDITIONS = {
  apiServer: row({
    title: "API server",
    shows: "The API server answers, turns strangers away, and takes the agent's key.",
    outside: ["openly"],
    bad: {
      silent: { cause: "the API server does not answer", fix: READ_LOGS },
      stranger: STRANGER,
      open: {
        cause: "the API server answers without a key",
        fix: { program: "give `apiServer.key`, and take it off the network until then" },
      },
      key: {
        cause:
          "the API server does not take the declared key: a line of the volume's `.env` decides it, or the key was changed and not deployed",
        fix: { shell: withoutVariables(API_SERVER_SETTINGS.key.variable), note: "then restart the agent" },
      },
    },
    find({ apiServer }, declared) {
      if (!declared.apiServer) return [];
      return look(apiServer, ({ health, hermes, withoutKey, withKey }) => {
        if (health !== 200) return { bad: "silent", seen: `/health: ${statusInWords(health)}` };
        if (hermes === false) return { bad: "stranger", seen: "/health: not Hermes'" };
        if (withoutKey !== undefined && withoutKey !== 401)
          return { bad: "open", seen: `/v1/models without a key: ${withoutKey}` };
        if (withKey === undefined) return { good: "answers; its key was not tried" };
        return withKey === 200
          ? { good: "answers, with the key alone" }
          : { bad: "key", seen: `/v1/models with the key: ${withKey}` };
      });
    },
  }),

  dashboard: row({
    title: "dashboard",
    shows: "The dashboard answers, and asks for a login.",
    outside: ["openly"],
    bad: {
      silent: {
        cause: "the dashboard does not answer",
        fix: { program: "look for `Refusing to bind dashboard` with `npx cdktf-hermes explain-log`" },
      },
      stranger: STRANGER,
      open: {
        cause: "the dashboard shows its pages without a login",
        fix: { program: "give `dashboard` a login: DashboardAuth.basic, oidc or nous" },
      },
    },
    find({ dashboard }, { login }) {
      if (login === undefined) return [];
      return look(dashboard, ({ root, hermes, location, config, authRequired }) => {
        if (root === 0) return { bad: "silent", seen: "no answer" };
        if (hermes === false) return { bad: "stranger", seen: `/: ${root}, /api/status: not Hermes'` };
        if (root >= 500) return { bad: "silent", seen: `/: ${root}` };
        const open = loginOf(login).loopback === true || loginOf(login).until !== undefined;
        if (open) return root < 400 ? { good: "answers" } : { bad: "silent", seen: `/: ${root}` };
        if (root === 200 || config === 200)
          return { bad: "open", seen: `/: ${root}, /api/config: ${config}` };
        const leads = location?.startsWith("/login") === true || location?.startsWith("/auth/") === true;
        return root === 302 && leads && config === 401 && authRequired !== false
          ? { good: "asks for a login" }
          : { bad: "silent", seen: `/: ${root}, /api/config: ${config}` };
      });
    },
  }),

  dashboardLogin: row({
    title: "dashboard login",
    shows: "The dashboard lets its user in with the password. Only asked from outside.",
    outside: ["login"],
    bad: {
      rejected: {
        cause:
          "the dashboard does not take the user's password: another one was deployed, or a line of the volume's `.env` decides it",
        fix: {
          program: "give `passwordHash` what `npx cdktf-hermes hash-password` prints, and deploy again",
        },
      },
    },
    find({ dashboardLogin }, { login }): readonly Finding<"rejected">[] {
      if (login === undefined || dashboardLogin === undefined) return [];
      return look(dashboardLogin, ({ accepted, said = "rejected" }) =>
        accepted ? { good: "accepted" } : { bad: "rejected", seen: said },
      );
    },
  }),

  platforms: row({
    title: "connected",
    shows: "The gateway is connected to each chat platform.",
    outside: ["openly"],
    bad: {
      absent: {
        cause: "the gateway does not know the platform: its tokens did not arrive",
        fix: DEPLOY_AGAIN,
      },
      retrying: {
        cause: "the platform does not take the connection; the rows of its tokens say which one is wrong",
        fix: { program: "give the platform a token that it takes, and deploy again" },
      },
      conflict: {
        cause: "another process receives this bot's messages, and Hermes has given up",
        fix: BAD_LINES.telegramConflict.fix,
      },
      locked: { cause: "another gateway on this data uses the same token", fix: BAD_LINES.tokenTaken.fix },
    },
    find: ofEachProfile(({ platforms, down, served, nothing }, declared) =>
      Object.keys(declared.platforms).map((of) => {
        if (nothing) return { of, ...nothing };
        if (down) return { of, unseen: "the gateway does not run" };
        if (platforms === undefined) return { of, unseen: "the gateway's state was not seen" };
        const platform = platforms[hermesName(of)];
        if (platform === undefined)
          return served
            ? { of, unseen: "the log of the gateway that serves all profiles does not tell" }
            : { of, bad: "absent", seen: "unknown to the gateway" };
        const { state, errorCode = "", errorMessage } = platform;
        if (state === "connected") return { of, good: state };
        const seen = [state, errorCode, errorMessage].filter((part) => part).join(", ");
        if (errorCode.endsWith("_conflict")) return { of, bad: "conflict", seen };
        return { of, bad: errorCode.endsWith("_lock") ? "locked" : "retrying", seen };
      }),
    ),
  }),

  tokens: row({
    title: "token",
    shows:
      "Each chat platform takes the agent's tokens. It is asked only whether it knows them, from inside the container.",
    bad: {
      rejected: {
        cause: "the platform rejects the token",
        fix: { program: "give the program the right token, and deploy again" },
      },
      unreachable: {
        cause: "the container can't reach the platform",
        fix: { program: "check the engine's way to the internet: DNS, proxy and certificates" },
      },
    },
    find: ofEachProfile(({ name, tokens, nothing }, declared) =>
      Object.values(declared.platforms)
        .flat()
        .map((of) => {
          const token = tokens?.[of];
          if (nothing && whyUnproven(of) === NO_PROOF) return { of, ...nothing };
          if (token === undefined) return { of, unseen: whyUnproven(of) };
          if (token.unreachable) return { of, bad: "unreachable", seen: token.error ?? "no answer" };
          return token.accepted
            ? { of, good: "accepted" }
            : { of, bad: "rejected", seen: token.error ?? "rejected", ...newToken(of, name) };
        }),
    ),
  }),

  model: row({
    title: "model configured",
    shows: "A provider and a model are configured.",
    outside: ["openly"],
    bad: {
      none: {
        cause: "no model is configured",
        fix: { hermes: "setup", note: "or give `model` in the program" },
      },
      other: {
        cause: "somebody has chosen another model than the one that is declared",
        fix: { restart: "each boot writes the declared one, and keeps the other beside the file" },
      },
    },
    find: ofEachProfile(({ name: profile, model }, { modelProvider, modelName }) =>
      look(model, ({ provider, name, written }) => {
        const seen = [provider, name].filter((part) => part).join(" ");
        if (seen === "")
          return {
            bad: "none",
            seen: "none",
            ...(profile && {
              fix: { hermes: `-p ${profile} setup`, note: "or give it `model` in the program" },
            }),
          };
        const other = [
          [modelProvider, provider],
          [modelName, name],
        ].some(([declared, there]) => declared !== undefined && there !== undefined && declared !== there);
        return other && written
          ? {
              bad: "other",
              seen: `${seen}; declared: ${[modelProvider, modelName].filter(Boolean).join(" ")}`,
            }
          : { good: seen };
      }),
    ),
  }),

  answer: row<ModelFailureId>({
    title: "model answers",
    shows: "The model repeats a text that nobody else can know.",
    outside: ["key"],
    bad: MODEL_FAILURES,
    find: ofEachProfile(({ answer, name, down }) => {
      if (name !== undefined && down) return [{ unseen: "its gateway does not run" }];
      return look(answer, ({ by, exact, text = "" }) => {
        if (!exact) return { bad: modelFailureIn(text), seen: text === "" ? "no text" : text };
        return {
          good: by === "gateway" ? "the gateway answers" : "the CLI answers; the gateway was not asked",
        };
      });
    }),
  }),
} as const;

/** The prop that a variable carries. */
function propOf(variable: string) {
  for (const [platform, { settings }] of PLATFORM_ROWS)
    for (const [prop, row] of Object.entries(settings))
      if (row.variable === variable) return { path: `messaging.${platform}.${prop}`, row };
  return undefined;
}

/** Names the prop of the token. */
function newToken(variable: string, profile: string | undefined): { readonly fix?: Remedy } {
  const found = propOf(variable);
  if (found === undefined) return {};
  const what = found.row.kind === "secret" ? "the right token" : "the right value";
  const path = profile === undefined ? found.path : `profiles.${profile}.${found.path}`;
  return { fix: { program: `give \`${path}\` ${what}, and deploy again` } };
}

const NO_PROOF = "nothing can ask from inside the container";

function whyUnproven(variable: string): string {
  const row = propOf(variable)?.row;
  return row?.kind === "secret" && row.unproven !== undefined ? row.unproven : NO_PROOF;
}

function statusInWords(status: number): string {
  return status === 0 ? "no answer" : String(status);
}
