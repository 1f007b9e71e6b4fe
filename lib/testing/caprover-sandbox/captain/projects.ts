import { randomUUID } from "node:crypto";
import { ApiStatus, CaptainError } from "./api-status";
import type { AppStore } from "./app-store";

export interface Project {
  readonly id: string;
  name: string;
  parentProjectId: string;
  description: string;
}

export class ProjectStore {
  private readonly projects = new Map<string, Project>();

  constructor(private readonly apps: AppStore) {}

  all(): Project[] {
    return [...this.projects.values()];
  }

  check(id: string): void {
    if (id !== "" && !this.projects.has(id)) {
      throw new CaptainError(ApiStatus.illegalOperation, "Project not found");
    }
  }

  add(settings: Omit<Project, "id">): Project {
    this.validate(settings);
    const project = { id: randomUUID(), ...settings };
    this.projects.set(project.id, project);
    return project;
  }

  update(id: string, settings: Omit<Project, "id">): void {
    this.check(id);
    this.validate(settings);
    this.projects.set(id, { id, ...settings });
  }

  remove(id: string): void {
    this.check(id);
    if (this.apps.all().some(({ definition }) => definition.projectId === id)) {
      throw new CaptainError(ApiStatus.illegalOperation, "Project is not empty (has apps)");
    }
    if (this.all().some(({ parentProjectId }) => parentProjectId === id)) {
      throw new CaptainError(ApiStatus.illegalOperation, "Project is not empty (has projects)");
    }
    this.projects.delete(id);
  }

  private validate({ name, parentProjectId }: Omit<Project, "id">): void {
    if (name.trim() === "") throw new CaptainError(ApiStatus.badName, "Project name is empty");
    this.check(parentProjectId);
  }
}
