import { expect } from 'chai';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlainAgent } from './plain-agent.ts';

describe('PlainAgent', () => {
	const ask = async (
		answer: (request: IncomingMessage, response: ServerResponse) => void,
	): Promise<{ version: string; headers: object; text: string }> => {
		const server = createServer(answer);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		try {
			return await new Promise((resolve, reject) => {
				get({ port, path: '/logs?since=1', agent: new PlainAgent() }, (response) => {
					const { headers, httpVersion: version } = response;
					let text = '';
					response.setEncoding('utf8').on('data', (part: string) => (text += part));
					response.on('end', () => resolve({ version, headers, text })).on('error', reject);
				}).on('error', reject);
			});
		} finally {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};

	it('must be answered without chunks, to the end', async () => {
		const versions: string[] = [];
		const { headers, text } = await ask((request, response) => {
			versions.push(request.httpVersion);
			for (let n = 0; n < 1000; n++) response.write(`${n}\n`);
			response.end('end');
		});
		expect(versions).to.deep.equal(['1.0']);
		expect(headers).not.to.have.property('transfer-encoding');
		expect(text.split('\n')).to.have.length(1001);
	});
});
