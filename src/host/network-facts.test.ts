import type { NetworkInterfaceInfo } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ipAddressesOf, readMacAddresses } from './network-facts.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

const ipv4 = (address: string): NetworkInterfaceInfo => ({
	family: 'IPv4',
	address,
	netmask: '255.255.255.0',
	mac: '02:00:00:00:00:01',
	internal: address.startsWith('127.'),
	cidr: null,
});
const ipv6 = (address: string, scopeid: number): NetworkInterfaceInfo => ({
	family: 'IPv6',
	address,
	netmask: 'ffff::',
	mac: '02:00:00:00:00:01',
	internal: address === '::1',
	cidr: null,
	scopeid,
});

describe('ipAddressesOf', () => {
	it('must give IPv4 and global IPv6 addresses of real interfaces', () => {
		const addresses = ipAddressesOf({
			lo: [ipv4('127.0.0.1'), ipv6('::1', 0)],
			eth0: [ipv4('192.0.2.7'), ipv6('2001:db8::7', 0), ipv6('fe80::1', 2)],
			wlan0: [ipv4('198.51.100.4'), ipv4('192.0.2.7')],
			docker0: [ipv4('172.17.0.1')],
			balena0: [ipv4('10.114.101.1')],
			supervisor0: [ipv4('10.114.104.1')],
			'resin-vpn': [ipv4('10.2.0.1')],
			'br-0123456789ab': [ipv4('172.18.0.1')],
			vethab12: [ipv4('169.254.1.1')],
		});
		expect(addresses).to.equal('192.0.2.7 2001:db8::7 198.51.100.4');
	});

	it('must give an empty text where there is none', () => {
		expect(ipAddressesOf({})).to.equal('');
	});
});

describe('readMacAddresses', () => {
	let tree: TempTree;
	beforeEach(async () => {
		tree = await makeTempTree();
	});
	afterEach(() => tree.remove());

	const ethernet = (name: string, address: string): Record<string, string> => ({
		[`${name}/type`]: '1\n',
		[`${name}/address`]: `${address}\n`,
	});

	it('must give hardware that is not part of a bridge, in upper case', async () => {
		await tree.write({
			...ethernet('wlan0', '02:00:5e:00:00:0b'),
			'wlan0/device': null,
			...ethernet('eth0', '02:00:5e:00:00:0a'),
			'eth0/device': null,
			...ethernet('eth1', '02:00:5e:00:00:0c'),
			'eth1/device': null,
			'eth1/master': null,
			...ethernet('dummy0', '02:00:5e:00:00:0d'),
			'lo/type': '772\n',
			'lo/address': '00:00:00:00:00:00\n',
			'can0/type': '280\n',
		});
		expect(await readMacAddresses(tree.root)).to.equal('02:00:5E:00:00:0A 02:00:5E:00:00:0B');
	});

	it('must give virtual ones where there is no hardware, without bridges', async () => {
		await tree.write({
			...ethernet('eth0', '02:42:ac:11:00:02'),
			...ethernet('docker0', '02:42:00:00:00:01'),
			...ethernet('br0', '02:42:00:00:00:02'),
			'br0/bridge': null,
			...ethernet('down0', '00:00:00:00:00:00'),
		});
		expect(await readMacAddresses(tree.root)).to.equal('02:42:AC:11:00:02');
	});

	it('must give an empty text where nothing can be read', async () => {
		expect(await readMacAddresses(path.join(tree.root, 'absent'))).to.equal('');
	});
});
