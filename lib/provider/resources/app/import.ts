import { templatedKeys } from "../../../caprover-server/limits";
import { TerraformError } from "../../../terraform-plugin";
import type { CaptainContext } from "../../rollout/connection";
import { remember, rememberSeen, settled } from "../../rollout/memory";
import { windowSeconds } from "../../rollout/quiet-window";
import { SecretDigests } from "../../secrets/digests";
import { heldElsewhere } from "../../settings/volumes";
import { parseImportId } from "../import-id";
import { checkMounts } from "./checks";
import { defaultsOf } from "./row";
import { type AppState, rows } from "./schema";
import { rememberSecrets, stateOf } from "./state";

const ID_FORM = "the app's name, and may list its secret variables: hermes?secret=KEY1,KEY2";

/** The id is the app's name, and the names of its secret variables: `hermes?secret=API_KEY,TOKEN`. */
export async function importApp(
  id: string,
  { providerData, signal, privateState }: CaptainContext,
): Promise<AppState> {
  const { name, values } = parseImportId(id, ID_FORM, ["secret"]);
  const secretKeys = [...new Set(values.secret)];
  const { captain } = providerData;
  const list = await captain.cachedApps(signal);
  const app = list.apps.get(name);
  if (app === undefined) {
    const names = [...list.apps.keys()].join(", ");
    throw new TerraformError(`There is no app "${name}" on the CapRover server`, {
      detail: `The apps are: ${names || "none"}. The id is ${ID_FORM}.`,
    });
  }
  const absent = secretKeys.filter((key) => !app.envVars.some((one) => one.key === key));
  if (absent.length > 0) {
    throw new TerraformError(`"${name}" has no variable ${absent.join(", ")}`, {
      detail: `Its variables are: ${app.envVars.map(({ key }) => key).join(", ") || "none"}.`,
    });
  }
  checkMounts(app);
  rememberSeen(privateState, app);
  rememberSecrets(privateState, app, secretKeys);
  // somebody may have changed it just before
  remember(
    privateState,
    settled(app, captain.nowMs() + windowSeconds(app, { longestStopSeconds: 0 }) * 1000),
  );
  const environment = Object.fromEntries(app.envVars.map(({ key, value }) => [key, value]));
  const found: AppState = {
    ...defaultsOf(rows),
    name,
    environment,
    environment_templates: templatedKeys(environment).length > 0,
    secret_environment_keys: [...secretKeys].sort(),
    // what another app mounts at this moment is shared
    volumes: app.volumes.map((volume) => ({
      container_path: volume.containerPath,
      name: "volumeName" in volume ? volume.volumeName : null,
      host_path: "hostPath" in volume ? volume.hostPath : null,
      read_only: null,
      shared: heldElsewhere(list.apps, name, [volume]).length > 0 ? true : null,
    })),
  };
  return stateOf(app, list, captain, found, SecretDigests.read(privateState));
}
