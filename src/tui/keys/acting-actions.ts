/** What keys do to the plan and its checkpoints beside running it and going back. */
export type ActingActionId = 'pin' | 'relabel' | 'retry' | 'cancel-plan' | 'correct' | 'apply' | 'cancel-now';
