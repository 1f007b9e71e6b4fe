import { type GivenPlaces, textsIn } from "../../support/credential-places";
import { isUnresolved } from "../../support/tokens";
import type { CapRoverTargetProps } from "./props";

/** Where a credential stands in the target's own props, or could stand by mistake. */
export function placesOf({ provider: _provider, address, ...others }: CapRoverTargetProps): GivenPlaces {
  const { basicAuth, ...names } = { basicAuth: undefined, ...(address || {}) };
  const { password = "", ...login } = basicAuth ?? {};
  return {
    // A literal has a rule of its own.
    secrets: isUnresolved(password) ? [{ prop: "target.address.basicAuth.password", value: password }] : [],
    texts: [...textsIn({ ...others, address: { ...names, basicAuth: login } }, "target")],
  };
}
