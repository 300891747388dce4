//! Public instances with their best known values.
