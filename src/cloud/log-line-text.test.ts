import { expect } from 'chai';
import { lineOf } from '../model/testing/log-line.ts';
import { encodeLogLine } from './log-line-text.ts';

interface Entry {
	readonly message: string;
}

describe('encodeLogLine', () => {
	it('must write exactly the fields of the contract', () => {
		expect(encodeLogLine(lineOf('a'))).to.equal(
			'{"message":"a","timestamp":1767225600000,"serviceId":1}\n',
		);
		const system = { isSystem: true, isStdErr: true, serviceId: undefined };
		expect(encodeLogLine(lineOf('b', system))).to.equal(
			'{"message":"b","timestamp":1767225600000,"isSystem":true,"isStdErr":true}\n',
		);
	});

	it('must write JSON whatever a service prints', () => {
		for (const message of ['"', '\\', '\u0000\u001b[31m', '\ud800', '漢字\u2028', '}\n{']) {
			const text = encodeLogLine(lineOf(message));
			expect(text.indexOf('\n')).to.equal(text.length - 1);
			expect((JSON.parse(text) as Entry).message).to.equal(message);
		}
	});

	it('must write JSON when the time of a line cannot be read, with the time of the line before', () => {
		encodeLogLine(lineOf('a', { timestampMs: 1000 }));
		const text = encodeLogLine(lineOf('b', { timestampMs: Number.NaN }));
		expect(JSON.parse(text)).to.deep.equal({ message: 'b', timestamp: 1000, serviceId: 1 });
	});

	it('must cut long messages to 10 000 characters', () => {
		const { message } = JSON.parse(encodeLogLine(lineOf('x'.repeat(10_001)))) as Entry;
		expect(message)
			.to.have.length(10_000)
			.and.satisfy((text: string) => text.endsWith('x[...]'));
		expect(encodeLogLine(lineOf('x'.repeat(10_000)))).not.to.include('[...]');
	});
});
