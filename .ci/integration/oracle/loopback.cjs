// Loaded into httpYac (NODE_OPTIONS=--require). Every connection that it makes,
// wherever it leads, goes to the recording server on this machine, so files that
// others wrote run as they are and nothing leaves the machine. A connection keeps
// the name that it was made for: TLS asks for its certificate.
'use strict';

const net = require('node:net');
const dgram = require('node:dgram');

const port = Number(process.env.ORACLE_PORT);
if (!port) throw new Error('there is no $ORACLE_PORT');

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  // Node calls this with the arguments as they were given, or as a list of them
  // that it has read before: [options, callback].
  const [first, ...others] = Array.isArray(args[0]) ? args[0] : args;
  const options = first !== null && typeof first === 'object' ? { ...first } : {};
  delete options.path; // a socket of the file system
  delete options.lookup;
  const callback = others.findLast((other) => typeof other === 'function');
  return connect.call(this, { ...options, host: '127.0.0.1', port }, callback ?? undefined);
};

dgram.createSocket = () => {
  throw new Error('there is no UDP here');
};
