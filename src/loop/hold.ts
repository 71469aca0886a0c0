import { createGate, type Gate } from '../kit/gate.ts';

/** Keeps the loop from beginning anything, as long as somebody holds it. */
export interface Hold {
	readonly isHeld: boolean;
	/** Ends what the loop is doing: no further step begins. @returns lets the loop go on; calling it twice does nothing */
	take(): () => void;
	/** Resolves when nobody holds the loop, or when the signal fires. */
	untilFree(signal: AbortSignal): Promise<void>;
	/** Called when the loop is held. @returns ends the subscription */
	onTaken(listener: () => void): () => void;
}

export function createHold(): Hold {
	const listeners = new Set<() => void>();
	const held = new Set<Gate>();
	return {
		get isHeld() {
			return held.size > 0;
		},
		take() {
			const gate = createGate();
			held.add(gate);
			for (const tell of [...listeners]) tell();
			return () => {
				held.delete(gate);
				gate.open();
			};
		},
		async untilFree(signal) {
			while (held.size > 0 && !signal.aborted) {
				const [gate] = held;
				await gate?.passed(signal).catch(() => undefined); // rejects only when the signal fires
			}
		},
		onTaken(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
}
