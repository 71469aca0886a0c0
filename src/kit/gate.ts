import { abortReason } from './errors.ts';

/** A door that is opened once and then stays open. */
export interface Gate {
	readonly isOpen: boolean;
	open(): void;
	/** Resolves once the gate is open; rejects with the signal's reason when it fires first. */
	passed(signal: AbortSignal): Promise<void>;
}

export function createGate(): Gate {
	const waiting = new Set<() => void>();
	let isOpen = false;
	return {
		get isOpen() {
			return isOpen;
		},
		open() {
			isOpen = true;
			for (const pass of [...waiting]) pass();
		},
		passed: (signal) =>
			new Promise((resolve, reject) => {
				if (signal.aborted) {
					reject(abortReason(signal));
					return;
				}
				if (isOpen) {
					resolve();
					return;
				}
				const pass = (): void => {
					signal.removeEventListener('abort', giveUp);
					waiting.delete(pass);
					resolve();
				};
				const giveUp = (): void => {
					waiting.delete(pass);
					reject(abortReason(signal));
				};
				waiting.add(pass);
				signal.addEventListener('abort', giveUp, { once: true });
			}),
	};
}
