/** What a colour means, so that the choice of colours stands in one place. */
export type Tone = 'plain' | 'dim' | 'strong' | 'good' | 'bad' | 'attention' | 'accent';
