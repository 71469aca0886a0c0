import type { SupervisorAnswer } from './device-caller.ts';

const badAnswer: SupervisorAnswer = {
	status: 500,
	contentType: 'application/json; charset=utf-8',
	body: '{"error":"Bad API response from supervisor"}',
};

const isJson = (body: string): boolean => {
	try {
		JSON.parse(body);
		return true;
	} catch {
		return false;
	}
};

/**
 * What the cloud lets through of an answer of a device: JSON that can be parsed, text of harmless characters, or the
 * status alone when no content type is given. Anything else becomes a 500.
 */
export function toPassedAnswer(answer: SupervisorAnswer): SupervisorAnswer {
	const { status, contentType, body } = answer;
	if (contentType === '') return { status, contentType, body: '' };
	if (/^application\/json/i.test(contentType)) return isJson(body) ? answer : badAnswer;
	const isPlain = /^text\/(?:plain|html)/.test(contentType) && /^[\w\s:'.?!,/-]*$/.test(body);
	return isPlain && !body.includes('_')
		? { status, contentType: 'text/plain; charset=utf-8', body }
		: badAnswer;
}
