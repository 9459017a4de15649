// What is used of undici, for the bundle: the whole of it takes twice as long to load, for the sake of fetch, WebSockets
// and mocks. As undici's own entry does it, a dispatcher is given its methods here.
import api from "undici/lib/api/index.js";
import buildConnector from "undici/lib/core/connect.js";
import errors from "undici/lib/core/errors.js";
import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
import Pool from "undici/lib/dispatcher/pool.js";

Object.assign(Dispatcher.prototype, api);

export { Pool, buildConnector, errors };
