import { expect } from 'chai';
import { toMessages, type StreamMessage } from './stream.ts';

async function messagesOf(text: string): Promise<StreamMessage[]> {
	const lines = async function* (): AsyncGenerator<string> {
		await Promise.resolve();
		yield* text.split('\n');
	};
	const found: StreamMessage[] = [];
	for await (const message of toMessages(lines())) found.push(message);
	return found;
}

describe('toMessages', () => {
	it('must put fields together, and leave out heartbeats and what is cut off', async () => {
		const text =
			'id: 7\nevent: step.done\ndata: {"a":1}\n\n: heartbeat\n\ndata:x\ndata: y\n\ndata: cut';
		expect(await messagesOf(text)).to.deep.equal([
			{ id: '7', event: 'step.done', data: '{"a":1}' },
			{ id: undefined, event: 'message', data: 'x\ny' },
		]);
	});
});
