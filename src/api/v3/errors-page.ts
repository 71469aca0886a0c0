import { errorCodes } from '../../kit/error-codes.ts';

/** The codes with their statuses and meanings; the row of a code carries its name as id. */
export function errorsPage(): string {
	const rows = Object.entries(errorCodes).map(
		([code, { status, doc }]) =>
			`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escaped(doc)}</td></tr>`,
	);
	return [
		'<!doctype html><html lang="en"><meta charset="utf-8"><title>Errors</title>',
		'<meta name="viewport" content="width=device-width">',
		'<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}',
		'td,th{text-align:left;padding:.3rem 1rem .3rem 0;vertical-align:top}tr:target{background:#fd76}</style>',
		'<h1>Errors</h1><p>Every failure the supervisor names. The code is stable.</p>',
		'<table><tr><th>Code<th>Status<th>Meaning</tr>',
		...rows,
		'</table></html>',
	].join('\n');
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
