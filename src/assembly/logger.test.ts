import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { createLogger } from './logger.ts';

function linesOf(format: string, use: (log: ReturnType<typeof createLogger>) => void): string[] {
	const lines: string[] = [];
	use(createLogger({ format, write: (line) => lines.push(line) }));
	return lines;
}

describe('createLogger', () => {
	it('must write a line for people', () => {
		const [line] = linesOf('text', (log) =>
			log
				.child({ component: 'loop' })
				.info({ app: 'web', steps: 4, cause: 'image absent' }, 'plan computed'),
		);
		expect(line).to.equal('info  loop: plan computed app=web steps=4 cause="image absent"\n');
	});

	it('must tell the causes of a failure, without a stack for ours', () => {
		const err = new SupervisorError('cannot pull x', {
			code: 'IMAGE_PULL_FAILED',
			cause: new SupervisorError('refused', { code: 'ENGINE_REFUSED' }),
		});
		const [line] = linesOf('text', (log) => log.warn({ err }, 'step failed'));
		expect(line).to.equal(
			'warn  step failed cannot pull x [IMAGE_PULL_FAILED] because refused [ENGINE_REFUSED]\n',
		);
	});

	it('must show no stack of what stands for a failure with a code', () => {
		const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
		const err = new Error('request failed', { cause: refused });
		const [line] = linesOf('text', (log) => log.warn({ err }, 'poll failed'));
		expect(line).to.equal(
			'warn  poll failed request failed because connect ECONNREFUSED [ECONNREFUSED]\n',
		);
	});

	it('must show no stack of what another failure explains, but for a defect', () => {
		const cause = new Error('(HTTP code 500) server error');
		const explained = new SupervisorError('engine refused', { code: 'ENGINE_REFUSED', cause });
		const defect = new SupervisorError('broken', { code: 'INTERNAL', cause });
		const [first, second] = linesOf('text', (log) => {
			log.warn({ err: explained }, 'step failed');
			log.warn({ err: defect }, 'step failed');
		});
		expect(first?.trimEnd()).not.to.include('\n');
		expect(second).to.include('\n    at ');
	});

	it('must show the stack of a defect', () => {
		const [line] = linesOf('text', (log) => log.error({ err: new Error('oops') }, 'defect'));
		expect(line).to.match(/oops\nError: oops\n\s+at /);
	});

	for (const format of ['text', 'json']) {
		it(`must keep secrets out of ${format}`, () => {
			const lines = linesOf(format, (log) => {
				log.info({ apiKey: 's3cret', body: { api_secret: 's3cret' } }, 'sent');
				log.info({ body: { uuid1: { api_secret: 's3cret' } } }, 'sent');
				log.info(
					{ config: { deviceApiKey: 's3cret' }, headers: { authorization: 's3cret' } },
					'sent',
				);
			});
			expect(lines.join('')).to.include('(secret)').and.not.include('s3cret');
		});
	}

	it('must fall back to info for an unknown level', () => {
		const lines: string[] = [];
		const log = createLogger({ level: 'loud', write: (line) => lines.push(line) });
		log.debug({}, 'quiet');
		log.info({}, 'heard');
		expect(lines).to.have.length(1);
	});
});
