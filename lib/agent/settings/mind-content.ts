/** A mind with its files read, as plain values: what the rules look at, and what is declared of it. */

/** The bytes of a file, or a text of the program's. */
export interface FileContent {
  /** Text; or bytes, if it is not UTF-8. */
  readonly content: string | Buffer;
  readonly executable: boolean;
}

/** A declared text or file, with the prop that names it. */
export interface ReadFile extends FileContent {
  readonly prop: string;
}

/** A directory with a SKILL.md. */
export interface Skill {
  /** The prop that names it or a directory above it. */
  readonly prop: string;
  /** Path of its directory, as messages show it. */
  readonly directory: string;
  /** Its name, by which Hermes and jobs find it. */
  readonly name: string;
  /** What its SKILL.md lacks, as a clause; undefined for a sound one. */
  readonly problem: string | undefined;
  /** Its `platforms`, in small letters: where Hermes offers it. Without any, everywhere. */
  readonly platforms: readonly string[];
  /** The text of its SKILL.md. */
  readonly text: string;
  /** All its files by their path below the directory of all skills. */
  readonly files: Readonly<Record<string, FileContent>>;
}

export interface MindContent {
  readonly soul: ReadFile | undefined;
  readonly skills: readonly Skill[];
  /** What could not be read as a skill, with the reason as a clause. */
  readonly badSkills: readonly {
    readonly prop: string;
    readonly value: string;
    readonly problem: string;
    readonly fix: string;
  }[];
  /** By their path below the home. */
  readonly files: Readonly<Record<string, ReadFile>>;
}

/** The texts of a mind that hold no bytes. */
export function textOf({ content }: FileContent): string | undefined {
  return typeof content === "string" ? content : undefined;
}
