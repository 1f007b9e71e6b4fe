import type { EnvVar } from "../captain/app";

/**
 * What a state shows in place of a variable's value. No configuration has such a variable, so it may be a secret; or it
 * is set twice, so that it has no one value.
 */
export const MASKS = { unmanaged: "(not managed by Terraform)", repeated: "(set more than once)" } as const;

const masks: readonly string[] = Object.values(MASKS);

export const isMask = (text: string): boolean => masks.includes(text);

/** What a write makes of a value: it sends this one, or leaves the one that CapRover has. No mask is ever sent. */
export class WantedValue {
  private constructor(
    /** CapRover's value stays, if it has one. */
    readonly isKept: boolean,
    /** What is sent. For a value that is kept: what is sent when CapRover has none any more. */
    readonly value: string | undefined,
  ) {}

  /** @param text a value, or what a state shows in its place */
  static of(text: string): WantedValue {
    return isMask(text) ? WantedValue.kept(undefined) : new WantedValue(false, text);
  }

  static kept(otherwise: string | undefined): WantedValue {
    return new WantedValue(true, otherwise === undefined || isMask(otherwise) ? undefined : otherwise);
  }

  /** @param saved undefined when CapRover has no value */
  over(saved: string | undefined): string | undefined {
    return this.isKept ? (saved ?? this.value) : this.value;
  }
}

/** Variables by name. */
export interface WantedEnvironment {
  readonly [name: string]: WantedValue;
}

/** The variables as they are sent: one that is kept as often as CapRover has it. */
export function variablesOf(wanted: WantedEnvironment, saved: readonly EnvVar[]): readonly EnvVar[] {
  return Object.entries(wanted).flatMap(([key, one]) => {
    const before = one.isKept ? saved.filter((variable) => variable.key === key) : [];
    if (before.length > 0) return before.map(({ value }) => ({ key, value }));
    return one.value === undefined ? [] : [{ key, value: one.value }];
  });
}
