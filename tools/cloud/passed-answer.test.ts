import { expect } from 'chai';
import { toPassedAnswer } from './passed-answer.ts';

describe('toPassedAnswer', () => {
	const text = 'text/plain; charset=utf-8';
	const json = 'application/json; charset=utf-8';

	for (const answer of [
		{ status: 200, contentType: text, body: 'OK' },
		{ status: 404, contentType: text, body: "App not found: it's gone,\n\twait." },
		{ status: 423, contentType: json, body: '{"status":"failed","message":"(locked)"}' },
	]) {
		it(`must pass on ${answer.body}`, () => {
			expect(toPassedAnswer(answer)).to.deep.equal(answer);
		});
	}

	for (const answer of [
		{ status: 200, contentType: json, body: '{"cut' },
		{ status: 200, contentType: text, body: 'a (b)' },
		{ status: 200, contentType: text, body: 'a_b' },
		{ status: 200, contentType: text, body: 'a "b"' },
		{ status: 404, contentType: 'text/html; charset=utf-8', body: '<pre>Cannot GET /x</pre>' },
		{ status: 200, contentType: 'application/octet-stream', body: 'OK' },
	]) {
		it(`must answer 500 instead of ${answer.contentType} ${answer.body}`, () => {
			const passed = toPassedAnswer(answer);
			expect(passed.status).to.equal(500);
			expect(JSON.parse(passed.body)).to.deep.equal({ error: 'Bad API response from supervisor' });
		});
	}

	it('must keep only the status of an answer without a content type', () => {
		const answer = { status: 204, contentType: '', body: 'lost' };
		expect(toPassedAnswer(answer)).to.deep.equal({ ...answer, body: '' });
	});
});
