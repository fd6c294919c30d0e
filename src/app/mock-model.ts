import { loadModelScript } from '../documents/model-script.ts';
import { startMockModel, type MockModel } from '../models/mock-model/mock-model.ts';

/** Starts a model that says what a script says. @throws DocumentError, ConflictError `port_taken` */
export async function openMockModel(file: string, cwd: string, port: number): Promise<MockModel> {
  return await startMockModel(await loadModelScript(file, cwd), port);
}
