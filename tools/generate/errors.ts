import { errorCodes } from '../../src/kit/error-codes.ts';
import { code, generatedNote, toTable } from './markdown.ts';

/** docs/errors.md */
export function makeErrors(): string {
	const rows = Object.entries(errorCodes).map(([name, { status, doc }]) => [
		code(name),
		String(status),
		doc,
	]);
	return [
		generatedNote('src/kit/error-codes.ts'),
		'# Errors',
		'Every failure the supervisor names. The code is stable; the status is the one the local API answers with, unless a route of the compatible API says otherwise.',
		toTable(['Code', 'Status', 'Meaning'], rows),
	].join('\n\n');
}
