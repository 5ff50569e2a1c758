// All of Beast that is no template, once: elsewhere its headers only declare it
// (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
