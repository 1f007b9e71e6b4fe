/** What runs, how often, and where. */
import { defaulted, integer, optional, optionalComputed, string } from "../../../../terraform-plugin";
import { fingerprintOf } from "../../../settings/fingerprint";
import { deployStamp } from "../../../settings/stamp";
import { noSetting, plain, setting } from "../row";
import { atLeast, captainDefinitionText } from "../validators";

export const deployment = {
  image: noSetting(
    optionalComputed(string, {
      useStateForUnknown: true,
      description:
        "The image to run, preferably with a tag or digest that does not change. Without `image` and `captain_definition`, Terraform deploys nothing, and somebody else does, such as a CI.",
    }),
    "as a deploy",
    ({ computed }) => computed.image,
  ),
  captain_definition: noSetting(
    optional(string, {
      description: "A captain-definition in JSON, from which CapRover builds the image.",
      validators: [captainDefinitionText],
    }),
    "as a deploy",
    ({ app }, prior) => {
      // a build is recognised by the fingerprint in its deploy's stamp
      const isDeployed = prior !== null && deployStamp(app)?.fingerprint === fingerprintOf(prior);
      return isDeployed ? prior : null;
    },
  ),
  instance_count: setting(
    defaulted(integer, 1, {
      description: "How many containers run; at most 1 with data.",
      validators: [atLeast(0)],
    }),
    plain("instanceCount"),
  ),
  node_id: setting(
    optional(string, {
      description:
        "Id of the node to run on. By default an app with data stays where it first ran. CapRover pulls an image on its own node before it stops the old container, and on any other one after that.",
    }),
    {
      read: ({ app }, prior) => (prior === null ? null : app.nodeId),
      write: (node) => ({ nodeId: node ?? undefined }),
    },
  ),
};
