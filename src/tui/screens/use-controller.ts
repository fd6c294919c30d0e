import { useApp, useInput, usePaste } from 'ink';
import { useLayoutEffect, useSyncExternalStore } from 'react';
import type { KeyPress } from '../keys/key-press.ts';
import { splitKeys } from '../keys/split-keys.ts';
import type { OnMounted } from '../shell/screen-frame.tsx';

/** What holds a screen's state: it has a model for each frame, and takes keys and pastes. */
export interface Controller<Model> {
  readonly getModel: () => Model;
  readonly subscribe: (onChange: () => void) => () => void;
  press(presses: readonly KeyPress[]): void;
  send(event: { readonly kind: 'pasted'; readonly text: string }): void;
}

/** The controller's model now. Brings it the keys, and tells how the terminal is given away while the screen is there. */
export function useController<Model>(controller: Controller<Model>, onMounted: OnMounted): Model {
  const model = useSyncExternalStore(controller.subscribe, controller.getModel);
  const { suspendTerminal } = useApp();
  useLayoutEffect(() => {
    onMounted(suspendTerminal);
    return () => onMounted(null);
  }, [onMounted, suspendTerminal]);
  useInput((input, key) => controller.press(splitKeys(input, key)));
  usePaste((text) => controller.send({ kind: 'pasted', text }));
  return model;
}
