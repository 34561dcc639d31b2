import CMosquitto

/// The library's own start, once a process; it also makes SIGPIPE harmless for all of it.
enum MosquittoLibrary {
  static let isReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue
}
