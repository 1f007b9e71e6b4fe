import type * as z from "zod";
import { isServiceName, SERVICE_NAMES } from "../hermes/services";
import { optional, propsSchema } from "../support/validation";

const UNKNOWN = `no such service; known: ${SERVICE_NAMES.join(", ")}, and those of profiles, such as "work.apiServer"`;

/** Props by the names of services: the agent's own, and those of its profiles, such as `work.apiServer`. */
export function byService(value: z.ZodType): z.ZodType {
  return propsSchema(Object.fromEntries(SERVICE_NAMES.map((name) => [name, optional(value)])))
    .catchall(value)
    .superRefine((given, context) => {
      const keys = Object.keys(given).filter((name) => !isServiceName(name));
      if (keys.length > 0)
        context.addIssue({ code: "unrecognized_keys", keys, input: given, message: UNKNOWN });
    });
}
