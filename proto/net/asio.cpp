// All of Asio that is no template, once: elsewhere its headers only declare it
// (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
