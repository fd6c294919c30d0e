import type { JsonObject } from '../domain/json.ts';
import { PlanError, type ErrorDetails } from '../domain/errors.ts';

/** A call that failed after it gave something: what it gave is recorded with the error. */
export class ToolFailure extends PlanError {
  readonly result: JsonObject;

  constructor(code: string, message: string, result: JsonObject, details: ErrorDetails = {}) {
    super(code, message, details);
    this.result = result;
  }
}
