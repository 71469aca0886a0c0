import { messageOf } from '../kit/errors.ts';

export type JsonText =
	| { readonly kind: 'json'; readonly json: unknown }
	/** Ends too early, is empty or has zero bytes: what a power cut leaves. */
	| { readonly kind: 'torn' }
	/** Somebody wrote what is not JSON. Line and column count from 1. */
	| { readonly kind: 'faulty'; readonly line: number; readonly column: number };

/** Reads JSON that a disk may have torn or a person may have edited. */
export function parseJsonText(raw: string): JsonText {
	const text = raw.replace(/^\uFEFF/, '');
	const outcome = tryParse(text);
	if (outcome.kind === 'json') return outcome;
	if (text.trim() === '' || text.includes('\0') || outcome.kind === 'ended') {
		return { kind: 'torn' };
	}
	const before = text.slice(0, firstFault(text)).split('\n');
	return { kind: 'faulty', line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

type Outcome =
	| { readonly kind: 'json'; readonly json: unknown }
	/** Could still become JSON with more text. */
	| { readonly kind: 'ended' }
	| { readonly kind: 'wrong' };

function tryParse(text: string): Outcome {
	try {
		return { kind: 'json', json: JSON.parse(text) };
	} catch (err) {
		const message = messageOf(err);
		const position = Number(/position (\d+)/.exec(message)?.[1]);
		const isAtEnd = /Unexpected end|Unterminated/.test(message) || position >= text.length;
		return { kind: isAtEnd ? 'ended' : 'wrong' };
	}
}

/** Not every message of the parser names the place, so it is searched: the longest beginning that is not wrong yet. */
function firstFault(text: string): number {
	let sound = 0;
	let wrong = text.length;
	while (wrong - sound > 1) {
		const middle = Math.floor((sound + wrong) / 2);
		if (tryParse(text.slice(0, middle)).kind === 'wrong') wrong = middle;
		else sound = middle;
	}
	return sound;
}

/** The indentation of a JSON text: what its second line begins with, empty when it is on one line. */
export function indentOf(text: string): string {
	return /^[[{]\r?\n([ \t]+)/.exec(text)?.[1] ?? '';
}
