/** What the dashboard shows, behind its login, of the profiles beside the default one. */
import type { ConfiguredModel, ModelAnswer, ProfileState, Seen, Unseen } from "../../hermes/observation";
import { profilePath } from "../../hermes/profiles";
import { PAGES_BEHIND_LOGIN } from "../../hermes/web-paths";
import { jsonIn, record, records, textOf } from "../../support/json-document";
import type { ServiceAnswer } from "../access/access";
import { documentOf, textIn, unanswered } from "./ask";

const { profiles: LIST, file: FILE } = PAGES_BEHIND_LOGIN;

/** What Hermes names a profile. Nothing else is put into an address. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/**
 * @param get asks with the session of the login
 * @param servesAll the default profile's gateway serves every profile
 */
export async function seeProfiles(
  get: (path: string) => Promise<ServiceAnswer | undefined>,
  servesAll: boolean,
): Promise<Seen<readonly ProfileState[]>> {
  const answer = await get(LIST);
  if (answer?.status === 404) return { unseen: "the dashboard of this release does not tell" };
  if (answer?.status !== 200) return unanswered(LIST, answer);
  const listed = records(documentOf(answer)["profiles"]).flatMap(
    ({ name, is_default, gateway_running, model, provider }) =>
      is_default !== true && typeof name === "string" && NAME.test(name)
        ? [
            {
              name,
              runs: servesAll || gateway_running === true,
              served: servesAll,
              model: modelOf(provider, model),
            },
          ]
        : [],
  );
  return Promise.all(
    listed.map(async (profile) => {
      if (profile.runs) return profile;
      const file = await get(
        `${FILE}${encodeURIComponent(`/opt/data/profiles/${profile.name}/gateway_state.json`)}`,
      );
      // A profile that never ran has none.
      if (file?.status === 404) return { ...profile, wanted: false };
      const text = contentOf(file);
      return text === undefined ? profile : { ...profile, ...intentIn(text) };
    }),
  );
}

/** As its config.yaml says it. */
function modelOf(provider: unknown, model: unknown): ConfiguredModel {
  const found = { ...textIn(provider, "provider"), ...textIn(model, "name") };
  return Object.keys(found).length > 0 ? { ...found, written: true } : {};
}

/**
 * Whether the model of each declared profile answers. One gateway that serves all is asked for each; of others each would
 * want a key of its own.
 *
 * @param askFor asks the default profile's gateway below a path
 */
export async function answersOf(
  profiles: readonly ProfileState[],
  declared: readonly string[],
  askFor: (path: string) => Promise<ModelAnswer | Unseen>,
): Promise<readonly ProfileState[]> {
  return Promise.all(
    profiles.map(async (profile) =>
      declared.includes(profile.name)
        ? { ...profile, answer: profile.served ? await askFor(profilePath(profile.name)) : OWN_KEY }
        : profile,
    ),
  );
}

const OWN_KEY: Unseen = { unseen: "from outside it would want the key of the profile's own API server" };

/** The page gives a file as a `data:` address in base64. */
function contentOf(answer: ServiceAnswer | undefined): string | undefined {
  const url = answer?.status === 200 ? textOf(documentOf(answer)["data_url"]) : undefined;
  const encoded = url === undefined ? undefined : /;base64,(.*)$/.exec(url)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
}

/** Without an order, the boot goes by the last state. */
function intentIn(text: string): Pick<ProfileState, "wanted" | "state"> {
  const { desired_state: desired, gateway_state: stated } = record(jsonIn(text));
  const state = textOf(stated);
  const wanted = typeof desired === "string" ? desired === "running" : RUNNING.has(state ?? "");
  return { wanted, ...(state !== undefined && { state }) };
}

const RUNNING: ReadonlySet<string> = new Set(["running", "draining", "degraded"]);
