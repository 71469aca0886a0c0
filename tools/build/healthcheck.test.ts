import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';

const SCRIPT = join(import.meta.dirname, 'healthcheck.sh');

async function check(port: number): Promise<number | null> {
	const child = spawn('bash', [SCRIPT], {
		env: { PATH: process.env['PATH'], LISTEN_PORT: String(port) },
		stdio: 'ignore',
	});
	await once(child, 'close');
	return child.exitCode;
}

describe('healthcheck.sh', () => {
	const cases = [
		{ name: 'must pass on 200', status: 200, code: 0 },
		{ name: 'must fail on 500', status: 500, code: 1 },
	];
	for (const { name, status, code } of cases) {
		it(name, async () => {
			const asked: (string | undefined)[] = [];
			const server = createServer((request, response) => {
				asked.push(request.url);
				response.writeHead(status).end('answer');
			});
			await once(server.listen(0, '127.0.0.1'), 'listening');
			try {
				expect(await check((server.address() as AddressInfo).port)).to.equal(code);
				expect(asked).to.deep.equal(['/v1/healthy']);
			} finally {
				server.close();
			}
		});
	}

	it('must fail where nothing listens', async () => {
		expect(await check(1)).to.equal(1);
	});
});
