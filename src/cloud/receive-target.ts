import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import type { StateStore } from '../ports/state-store.ts';
import { rejectedAppMessages } from '../report/system-messages.ts';
import type { PollerDeps, TriggerOptions } from './poll.ts';

export interface ReceiveTargetDeps {
	readonly store: Pick<StateStore, 'saveTarget'>;
	/** The target holds from now on. */
	readonly setTarget: (target: TargetState, options: TriggerOptions) => void;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
}

/**
 * Decodes what the cloud sent, stores it with its ETag and puts it in force; tells people of apps that could not be
 * decoded. A document that is not valid as a whole changes nothing and is TARGET_INVALID.
 */
export function createTargetReceiver({
	store,
	setTarget,
	announce,
}: ReceiveTargetDeps): PollerDeps['onTarget'] {
	return async ({ document, etag, force, cancel }) => {
		const target = decodeTargetDevice(document);
		await store.saveTarget({ source: 'cloud', document, etag });
		setTarget(target, { force, cancel });
		for (const message of rejectedAppMessages(target.rejected)) announce(message);
	};
}
