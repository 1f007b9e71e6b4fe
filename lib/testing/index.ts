export * from "./caprover-sandbox";
