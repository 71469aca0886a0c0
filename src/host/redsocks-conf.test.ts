import { expect } from 'chai';
import fc from 'fast-check';
import { readRedsocksConf, writeRedsocksConf } from './redsocks-conf.ts';

const whole = `base {
	log_debug = off;
	log_info = on;
	log = stderr;
	daemon = off;
	redirector = iptables;
}

redsocks {
	type = socks5;
	ip = 10.20.0.9;
	port = 1080;
	login = "svc";
	password = "pw";
	local_ip = 127.0.0.1;
	local_port = 12345;
}

dnsu2t {
	remote_ip = 9.9.9.9;
	remote_port = 53;
	local_ip = 127.0.0.1;
	local_port = 53;
}
`;
const proxy = {
	type: 'socks5',
	ip: '10.20.0.9',
	port: 1080,
	login: 'svc',
	password: 'pw',
	dns: '9.9.9.9:53',
};

describe('redsocks.conf', () => {
	it('must be written as the operating system reads it', () => {
		expect(writeRedsocksConf(proxy)).to.equal(whole);
		expect(writeRedsocksConf({ ...proxy, dns: undefined })).to.equal(
			whole.slice(0, whole.indexOf('\ndnsu2t')),
		);
	});

	it('must not be written for a name server alone', () => {
		expect(writeRedsocksConf({ dns: '9.9.9.9:53' })).to.equal(undefined);
	});

	it('must be read without the local ends', () => {
		expect(readRedsocksConf(whole)).to.deep.equal(proxy);
	});

	it('must be read as people write it', () => {
		const text = `# by hand
redsocks{type=http-connect; ip = proxy.example ; port = 8080;
  // password = "old";
  password = "a;}b"; /* done */ }`;
		expect(readRedsocksConf(text)).to.deep.equal({
			type: 'http-connect',
			ip: 'proxy.example',
			port: 8080,
			password: 'a;}b',
		});
	});

	for (const text of ['', 'redsocks {', 'nothing of the kind', 'redsocks { ip 10.0.0.1 }']) {
		it(`must say nothing where nothing can be read: ${text}`, () => {
			expect(readRedsocksConf(text)).to.deep.equal({});
		});
	}

	it('must give back every password', () => {
		const secret = fc.string().filter((text) => !/[\n\r]/.test(text));
		fc.assert(
			fc.property(secret, secret, (login, password) => {
				const text = writeRedsocksConf({ ...proxy, login, password });
				expect(readRedsocksConf(text ?? '')).to.deep.equal({ ...proxy, login, password });
			}),
		);
	});
});
