import * as described from "../../lib/terraform-plugin";
import { definitions, integer, list, nested, string } from "../../lib/terraform-plugin";
import { computed, defaulted, optional, optionalComputed, required, writeOnly } from "./undescribed";

const attributes = {
  name: required(string),
  size: defaulted(integer, 1),
  ports: optional(list(nested({ host: required(integer) }))),
  color: optionalComputed(string),
  secret: writeOnly(string),
  revision: computed(integer),
};

/** Nothing here runs. `npm run typecheck` is the test. */
export function typesFollowFromTheSchema(): void {
  const { resource } = definitions<{ readonly url: string }>();
  resource({
    attributes,
    async create(planned, { providerData, config }) {
      const texts: string[] = [planned.name, providerData.url];
      const sizes: number[] = [planned.size];
      const secret: string | null = config.secret;
      // @ts-expect-error the plan holds no write-only value
      texts.push(planned.secret);
      // @ts-expect-error what the resource computes is unknown in a plan
      sizes.push(planned.revision);
      // @ts-expect-error there is no such attribute
      texts.push(planned.bogus);
      return { color: secret, revision: sizes.length };
    },
    // @ts-expect-error a computed value is missing
    async update() {
      return { color: "red" };
    },
    async read(state) {
      const hosts: number[] | undefined = state.ports?.map((port) => port.host);
      return hosts === undefined ? null : state;
    },
    async delete() {},
  });
  // @ts-expect-error a default of another type
  defaulted(integer, "one");
  // @ts-expect-error a required attribute has no default
  required(string, { default: "x" });
}

/** Every attribute is described, also one inside of another. */
export function noAttributeIsWithoutDescription(): void {
  // @ts-expect-error no options
  described.required(string);
  // @ts-expect-error options without a description
  described.computed(string, { useStateForUnknown: true });
  // @ts-expect-error a default is no description
  described.defaulted(string, "");
  // @ts-expect-error the attribute inside has none
  described.optional(nested({ inside: described.required(string, {}) }), { description: "The outer one." });
}
